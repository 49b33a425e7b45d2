import { demoFault, runDemo } from '../state/demo.ts';
import { text } from '../text/text.ts';

/** Buttons that ask the backend for one push of each kind. */
export function DemoBar() {
  const t = text.value;
  const demos = [
    { name: 'pk-invite', id: 'demo-pk', label: t.demoPk, about: t.demoPkAbout },
    { name: 'zone-notice', id: 'demo-zone', label: t.demoZone, about: t.demoZoneAbout },
    { name: 'global-notice', id: 'demo-global', label: t.demoGlobal, about: t.demoGlobalAbout },
    { name: 'burst', id: 'demo-burst', label: t.demoBurst, about: t.demoBurstAbout },
  ] as const;
  return (
    <div class="demos" role="group" aria-label={t.tryIt}>
      <span class="quiet">{t.tryIt}</span>
      {demos.map(({ name, id, label, about }) => (
        <button key={name} type="button" data-testid={id} title={about} onClick={() => void runDemo(name)}>
          {label}
        </button>
      ))}
      <span class="fault" role="status">
        {demoFault.value === null ? '' : t.demoFault(demoFault.value)}
      </span>
    </div>
  );
}
