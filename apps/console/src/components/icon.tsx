const paths = {
  add: 'M8 3v10M3 8h10',
  back: 'M10 3 5 8l5 5',
  check: 'm3 8.5 3.5 3.5L13 5',
  close: 'm4 4 8 8m0-8-8 8',
  columns: 'M2 3h12v10H2zM6 3v10M10 3v10',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  down: 'm4 6 4 4 4-4',
  up: 'm4 10 4-4 4 4',
  edit: 'm3 13 1-3 7-7 2 2-7 7z',
  filter: 'M2 3h12L9.5 8.5V13l-3-1.5v-3z',
  forward: 'm6 3 5 5-5 5',
  keys: 'M2 4h12v8H2zM4.5 6.5h0M7 6.5h0M9.500 6.500h0M11.500 6.500h0M5 9.500h6',
  menu: 'M2 4h12M2 8h12M2 12h12',
  refresh: 'M13 8a5 5 0 1 1-1.500-3.500M13 2v3h-3',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M11 11l3 3',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  trash: 'M3 4h10M6 4V2.500h4V4M4.500 4l.5 9.500h6l.5-9.500',
  upload: 'M8 11V3M5 6l3-3 3 3M3 13h10',
  download: 'M8 3v8M5 8l3 3 3-3M3 13h10',
  warning: 'M8 2 15 14H1zM8 6.500v3M8 12h0',
} as const;

export type IconName = keyof typeof paths;

/** A picture beside a text or in a button with a name: screen readers skip it. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
