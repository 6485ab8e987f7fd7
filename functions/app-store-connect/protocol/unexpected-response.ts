import { AppStoreConnectError } from './errors.ts';

/**
 * A response to a read whose format matches neither Apple's contract nor what was reported before. It is never guessed at.
 *
 * @param request such as `GET /v1/apps`
 * @param why what is missing or wrong, without a full stop
 */
export const unexpectedResponse = (request: string, why: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'UNEXPECTED_ANSWER',
    message: `${request} returned an unexpected response format: ${why}. Nothing was changed; report it with this text if it lasts.`,
  });
