// The colours of Jenkins' dark theme, which a plugin of its own brings, as far as our pages use them.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`:root {
  color-scheme: dark;
  --accent-color: oklch(65.13% 0.1987 265);
  --white: oklch(98% 0.015 265);
  --background: oklch(17.5% 0.013 265);
  --text-color: var(--white);
  --text-color-secondary: oklch(70% 0.038 265);
  --card-background: color-mix(in oklch, var(--text-color-secondary) 7.5%, var(--background));
  --table-background: var(--card-background);
  --input-color: color-mix(in oklch, var(--text-color-secondary) 5%, var(--background));
  --input-border: color-mix(in oklch, var(--text-color-secondary) 30%, var(--background));
  --blue: oklch(64.23% 0.3 252.93);
  --brown: oklch(63.14% 0.1 65.44);
  --cyan: oklch(80.37% 0.1296 232.62);
  --green: oklch(80.25% 0.2197 147.09);
  --indigo: oklch(57.48% 0.26 281.95);
  --orange: oklch(79.58% 0.1862 62.09);
  --pink: oklch(70.1% 0.25 13.88);
  --red: oklch(66.82% 0.2393 29.84);
}`);
document.adoptedStyleSheets = [sheet];
