import { hashOf } from '../state/route.ts';

/** Rooms, each a way to its page. */
export function RoomChips({ rooms }: { readonly rooms: readonly string[] }) {
  return (
    <span class="chips">
      {rooms.map((roomId) => (
        <a key={roomId} class="chip" href={hashOf('rooms', roomId)}>
          {roomId}
        </a>
      ))}
    </span>
  );
}
