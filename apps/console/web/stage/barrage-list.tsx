import { chat } from '../state/room-state.ts';

const SHOWN = 6;

/** The stage for people who asked their system for less motion: the last few messages, standing still. */
export function BarrageList() {
  const items = chat.value.filter((item) => item.kind === 'barrage').slice(-SHOWN);
  return (
    <ul class="barrage-list" aria-hidden="true">
      {items.map((item) => (
        <li key={item.key} data-testid="barrage-item" class={item.isOwn ? 'barrage-own' : ''}>
          <b style={{ color: item.color }}>{item.name}</b> {item.text}
        </li>
      ))}
    </ul>
  );
}
