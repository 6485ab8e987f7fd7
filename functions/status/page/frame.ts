import { type Place, VIEWS, type View } from '../model/place.ts';
import { html, type Markup, type Value } from './html.ts';

/**
 * What stands around a view. A page of our own links by address; a dashboard's widget has no addresses, there the
 * function is called again with what was chosen.
 */
export type Frame = { kind: 'page' } | { kind: 'widget'; endpoint: string };

type LinkOptions = {
  /** For the style. */
  className?: string;
  /** Read out instead of the content. */
  label?: string;
  /** Shown on hovering. */
  title?: string;
  /** Out of the tab order; reached by pointer, and by the table that says the same. */
  skipped?: boolean;
  current?: boolean;
};

/** A link to another place, in the form of the frame. */
export function link(frame: Frame, place: Place, content: Value, options: LinkOptions = {}): Markup {
  const { className = '', label, title, skipped = false, current = false } = options;
  const attributes = [
    className !== '' && html` class="${className}"`,
    label !== undefined && html` aria-label="${label}"`,
    title !== undefined && html` title="${title}"`,
    skipped && html` tabindex="-1"`,
    current && html` aria-current="page"`,
  ];
  if (frame.kind === 'page') return html`<a href="${addressOf(place)}"${attributes}>${content}</a>`;
  // Source: "Interactivity in the custom widget": the action is that of the element right before it.
  return html`<a${attributes}>${content}</a><cwdb-action action="call" display="${place.view === 'overview' ? 'widget' : 'popup'}" endpoint="${frame.endpoint}">${JSON.stringify(place)}</cwdb-action>`;
}

export function addressOf({ view, series, date, change }: Place): string {
  const query = new URLSearchParams({
    ...(series !== undefined && { series }),
    ...(date !== undefined && { date }),
    ...(change !== undefined && { change }),
  }).toString();
  const path = view === 'overview' ? '/' : `/${view}`;
  return query === '' ? path : `${path}?${query}#chosen`;
}

const isView = (text: string): text is View => VIEWS.some((view) => view === text);

/** The place of an address such as `/reports?series=…&date=…`. `undefined`: there is none. */
export function placeOf(address: URL): Place | undefined {
  const view = address.pathname === '/' ? 'overview' : address.pathname.slice(1);
  if (!isView(view)) return undefined;
  const [series, date, change] = ['series', 'date', 'change'].map((name) => address.searchParams.get(name));
  return {
    view,
    ...(series && { series }),
    ...(date && { date }),
    ...(change && { change }),
  };
}
