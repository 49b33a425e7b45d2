import type { CredentialChecker } from '@longwire/auth';
import { authorize } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { parseBody } from '../push/payload.ts';
import type { Authenticate } from './authenticate.ts';
import { addEventRoutes } from './event-routes.ts';
import type { EventRoutePorts } from './event-routes.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addOnlineRoutes } from './online-routes.ts';
import { addPushRoutes } from './push-routes.ts';
import type { PushRoutePorts } from './push-routes.ts';
import { addRoomRoutes } from './room-routes.ts';

type WithoutAuthenticate<Ports> = Omit<Ports, 'authenticate'>;
export type RoutePorts = { readonly checker: CredentialChecker } & WithoutAuthenticate<PushRoutePorts> &
  WithoutAuthenticate<EventRoutePorts> &
  WithoutAuthenticate<Parameters<typeof addRoomRoutes>[1]> &
  WithoutAuthenticate<Parameters<typeof addOnlineRoutes>[1]> &
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
  const withAuth = {
    ...ports,
    authenticate: ((request) => authorize(request, ports.checker)) satisfies Authenticate,
  };
  addPushRoutes(app, withAuth);
  addRoomRoutes(app, withAuth);
  addOnlineRoutes(app, withAuth);
  addKeyRoutes(app, withAuth);
  addEventRoutes(app, withAuth);
}
