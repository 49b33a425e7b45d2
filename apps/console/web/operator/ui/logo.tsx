/** The mark of the product: one wire out of many. */
export function Logo() {
  return (
    <span class="logo">
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d="M3 6c6 0 6 6 9 6M3 12h9M3 18c6 0 6-6 9-6M12 12h9" />
        <circle cx="12" cy="12" r="2.6" />
      </svg>
      <span>Longwire</span>
    </span>
  );
}
