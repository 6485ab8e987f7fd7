import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import type { Context } from '../../context/context.ts';
import { spanOption } from '../../options/span-option.ts';
import { dayMovesJson, readMoves } from '../prices/moves/moves.ts';
import { READS, toolResult } from './tool-result.ts';

export function addMoveTools(server: McpServer, context: Context): void {
  server.registerTool(
    'apple_price_moves',
    {
      title: 'What Apple moved by itself',
      description:
        'Prices and proceeds that moved at Apple without a request made here, by day, product and territory: automaticPrice (taxes, exchange rates), proceeds (most likely a tax), currency, territoryOpened, territoryClosed, pricePointGone, fixedPrice (most likely somebody in App Store Connect). Days on which nothing moved are left out; nothing is known of days on which prices were not watched.',
      inputSchema: {
        team: z.string().optional().describe('the team, as the settings name it; all unless given'),
        last: z.string().optional().describe('such as 7d, 4w, 3m; 30d unless given'),
      },
      annotations: READS,
    },
    ({ team, last }) =>
      toolResult(async () => {
        const span = last === undefined ? undefined : spanOption.parse(last);
        const { days, unreadable } = await readMoves(context, { team, last: span });
        return { days: days.map(dayMovesJson), unreadable };
      }),
  );
}
