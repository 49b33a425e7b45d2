import { Badge } from './badge.tsx';

interface ShedFiguresProps {
  readonly title: string;
  /** Said when nothing was shed. */
  readonly none: string;
  /** How much by reason; what is 0 is left out. */
  readonly shed: Readonly<Record<string, number>>;
  readonly show: (amount: number) => string;
}

/** What was shed, and why. */
export function ShedFigures({ title, none, shed, show }: ShedFiguresProps) {
  const reasons = Object.entries(shed).filter(([, amount]) => amount > 0);
  return (
    <>
      <h3 class="card-part">{title}</h3>
      {reasons.length === 0 ? (
        <p class="quiet">{none}</p>
      ) : (
        <p class="chips">
          {reasons.map(([reason, amount]) => (
            <Badge key={reason} tone="warn">
              {reason} {show(amount)}
            </Badge>
          ))}
        </p>
      )}
    </>
  );
}
