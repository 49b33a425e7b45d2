import type { CredentialChecker } from '@longwire/auth';
import type { Credential } from '@longwire/domain';
import { authorize } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { parseBody } from '../push/payload.ts';
import type { Authenticate } from './authenticate.ts';
import { addEventRoutes } from './event-routes.ts';
import type { EventRoutePorts } from './event-routes.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addOnlineRoutes } from './online-routes.ts';
import { addOperatorRoutes } from './operator-routes.ts';
import { addPushRoutes } from './push-routes.ts';
import type { PushRoutePorts } from './push-routes.ts';
import { addRoomRoutes } from './room-routes.ts';

type WithoutAuthenticate<Ports> = Omit<Ports, 'authenticate'>;
export type RoutePorts = { readonly checker: CredentialChecker } & WithoutAuthenticate<PushRoutePorts> &
  WithoutAuthenticate<EventRoutePorts> &
  WithoutAuthenticate<Parameters<typeof addRoomRoutes>[1]> &
  WithoutAuthenticate<Parameters<typeof addOnlineRoutes>[1]> &
  WithoutAuthenticate<Parameters<typeof addOperatorRoutes>[1]> &
  WithoutAuthenticate<Parameters<typeof addKeyRoutes>[1]>;

/** Adds the whole business API of DESIGN A3 to an HTTP server. */
export function addRoutes(app: HttpServer, ports: RoutePorts): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : parseBody(String(text)));
    } catch (error) {
      done(error as Error);
    }
  });
  const withAuth = { ...ports, authenticate: authenticateBeforeBody(app, ports.checker) };
  addPushRoutes(app, withAuth);
  addRoomRoutes(app, withAuth);
  addOnlineRoutes(app, withAuth);
  addKeyRoutes(app, withAuth);
  addOperatorRoutes(app, withAuth);
  addEventRoutes(app, withAuth);
}

/**
 * Checks the key of every request to the API before its body is read: who may not come in is told so, whatever the
 * body says, and costs no more than this. Returns how a route learns whose request it is.
 */
function authenticateBeforeBody(app: HttpServer, checker: CredentialChecker): Authenticate {
  const credentials = new WeakMap<object, Credential>();
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/v1/')) credentials.set(request, await authorize(request, checker));
  });
  return async (request) => credentials.get(request) ?? authorize(request, checker);
}
