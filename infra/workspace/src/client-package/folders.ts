import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../..', import.meta.url));
export const clientFolder = `${root}/libs/client`.replaceAll('//', '/');
/** The package as it is packed: what `npm pack libs/client/dist` takes. */
export const distFolder = `${clientFolder}/dist`;
