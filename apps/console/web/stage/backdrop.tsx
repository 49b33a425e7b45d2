/** Poles and wires at dusk; light runs along the wires. Drawn here, so that the page needs no picture. */
export function Backdrop() {
  return (
    <svg class="backdrop" viewBox="0 0 1600 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <defs>
        <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#0a0e18" />
          <stop offset="0.5" stop-color="#131c30" />
          <stop offset="0.74" stop-color="#2a3148" />
          <stop offset="0.86" stop-color="#5a4448" />
          <stop offset="0.93" stop-color="#a3623f" />
          <stop offset="1" stop-color="#c98145" />
        </linearGradient>
      </defs>
      <rect width="1600" height="900" fill="url(#sky)" />
      <g fill="#dfe6f5" opacity="0.5">
        {STARS.map(([x, y, r]) => (
          <circle key={`${x}-${y}`} cx={x} cy={y} r={r} />
        ))}
      </g>
      <path
        d="M0 812 C180 770 320 796 480 772 S820 742 1010 778 S1380 756 1600 790 V900 H0 Z"
        fill="#141a2a"
        opacity="0.85"
      />
      <path d="M0 858 C240 826 420 850 640 836 S1120 816 1320 842 S1540 846 1600 838 V900 H0 Z" fill="#080b13" />
      <g class="wires">
        {WIRES.map((path) => (
          <path key={path} d={path} />
        ))}
      </g>
      <g class="pulses">
        {WIRES.map((path) => (
          <path key={path} d={path} pathLength="1000" />
        ))}
      </g>
      <g fill="#060910">
        {POLES.map(({ x, top, scale }) => (
          <path
            key={x}
            transform={`translate(${x} ${top}) scale(${scale})`}
            d="M-5 0 H5 L8 620 H-8 Z M-74 34 H74 V44 H-74 Z M-56 92 H56 V101 H-56 Z M-70 20 h6 v16 h-6 Z M-38 20 h6 v16 h-6 Z M32 20 h6 v16 h-6 Z M64 20 h6 v16 h-6 Z"
          />
        ))}
      </g>
    </svg>
  );
}

const POLES = [
  { x: 212, top: 300, scale: 0.93 },
  { x: 1330, top: 388, scale: 0.74 },
];

const WIRES = [
  'M-20 268 Q100 322 147 319 Q760 520 1278 403 Q1470 430 1620 452',
  'M-20 292 Q120 334 277 319 Q840 566 1382 403 Q1500 432 1620 446',
  'M-20 360 Q90 392 160 388 Q720 610 1289 457 Q1480 486 1620 500',
];

const STARS = [
  [96, 92, 1.6],
  [240, 170, 1.1],
  [388, 66, 1.4],
  [520, 214, 1],
  [642, 120, 1.7],
  [790, 58, 1.1],
  [902, 190, 1.3],
  [1040, 96, 1.6],
  [1168, 228, 1],
  [1246, 72, 1.3],
  [1402, 150, 1.7],
  [1528, 60, 1.2],
  [1490, 250, 1],
  [312, 268, 0.9],
] as const;
