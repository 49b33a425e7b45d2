/** What the join form holds. */
export interface JoinRequest {
  readonly roomId: string;
  readonly name: string;
}

export const MAX_NAME_CHARS = 24;
export const MAX_TEXT_CHARS = 100;
const ROOM_PATTERN = /^[A-Za-z0-9_.:-]{1,64}$/;

/** What is wrong with a request to join: the field, or nothing. */
export function faultOf({ roomId, name }: JoinRequest): 'roomId' | 'name' | undefined {
  if (!ROOM_PATTERN.test(roomId)) return 'roomId';
  return name === '' || name.length > MAX_NAME_CHARS ? 'name' : undefined;
}

/** Reads `?room=&name=&autojoin=1`; the name falls back to the one used last. */
export function requestOfPage(): { request: JoinRequest; isAutomatic: boolean } {
  const params = new URLSearchParams(location.search);
  const request = {
    roomId: params.get('room')?.trim() ?? '1000',
    name: params.get('name')?.trim() ?? localStorage.getItem('longwire-name') ?? '',
  };
  return { request, isAutomatic: params.get('autojoin') === '1' && faultOf(request) === undefined };
}

/** Puts the room into the address, so that it can be shared, and keeps the name for the next visit. */
export function rememberRequest({ roomId, name }: JoinRequest): void {
  localStorage.setItem('longwire-name', name);
  const params = new URLSearchParams(location.search);
  params.set('room', roomId);
  history.replaceState(null, '', `?${params}`);
}
