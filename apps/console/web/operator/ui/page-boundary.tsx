import { Component } from 'preact';
import type { ComponentChildren } from 'preact';
import { text } from '../text/text.ts';

interface Props {
  readonly children: ComponentChildren;
}

/** Keeps a page that breaks from taking the rest of the console with it. */
export class PageBoundary extends Component<Props, { isBroken: boolean }> {
  override state = { isBroken: false };

  override componentDidCatch(fault: unknown): void {
    console.error(fault);
    this.setState({ isBroken: true });
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    const t = text.value.state;
    return (
      <div class="fault-note is-refused" role="alert">
        <strong>{t.brokenTitle}</strong>
        <span>{t.brokenBody}</span>
        <button type="button" class="button is-small" onClick={() => this.setState({ isBroken: false })}>
          {t.retry}
        </button>
      </div>
    );
  }
}
