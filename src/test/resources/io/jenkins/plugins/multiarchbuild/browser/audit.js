// Returns what is wrong with the page for those who see, read or hear it in another way than its author.
const main = document.querySelector('#main-panel');
const problems = [];
const name = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> `
  + element.textContent.trim().replace(/\s+/g, ' ').slice(0, 50);
const check = (selector, what, isRight) => main.querySelectorAll(selector).forEach((element) => {
  // the bar around the pages of a build is Jenkins' own
  if (!element.closest('.app-build-bar') && !isRight(element)) problems.push(`${what}: ${name(element)}`);
});

check('th', 'table header without scope', (th) => th.hasAttribute('scope'));
check('table', 'table without header', (table) => table.closest('.app-summary') || table.querySelector('th, .app-summary'));
check('[tooltip], [data-html-tooltip], [title]', 'tooltip that no keyboard reaches', (element) => element.tabIndex >= 0
  // Jenkins' own, of the state of the build
  || element.closest('.jenkins-build-caption'));
check('svg[role=img]', 'picture without a name', (svg) => svg.getAttribute('aria-label'));
check('img', 'picture without alt', (img) => img.hasAttribute('alt'));
check('button, a[href]', 'control without a name', (control) => control.innerText.trim() || control.ariaLabel
  || control.getAttribute('tooltip') || control.title || control.querySelector('[alt], [aria-label]'));

const ids = [...document.querySelectorAll('#main-panel [id]')].map((element) => element.id);
ids.filter((id, index) => ids.indexOf(id) !== index).forEach((id) => problems.push(`id twice: ${id}`));
let level = 0;
main.querySelectorAll('h1, h2, h3, h4').forEach((heading) => {
  const own = Number(heading.tagName[1]);
  if (own > level + 1 && level > 0) problems.push(`heading of a lower level without one above it: ${name(heading)}`);
  level = own;
});
if (document.documentElement.scrollWidth > innerWidth) {
  problems.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${innerWidth}`);
}

// Contrast as in WCAG 2: at least 4.5 for texts, 3 for what else carries meaning.
const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
const pixel = (...colours) => {
  canvas.clearRect(0, 0, 1, 1);
  colours.forEach(([colour, opacity]) => {
    canvas.globalAlpha = opacity;
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
  });
  return canvas.getImageData(0, 0, 1, 1).data;
};
const luminance = ([red, green, blue]) => [red, green, blue]
  .map((value) => value / 255)
  .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
// behind the new build page is a gradient next to this colour, and no colour
const page = getComputedStyle(document.body).backgroundImage === 'none' ? 'white'
  : getComputedStyle(document.body).getPropertyValue('--background').trim();
const backgrounds = (element) => {
  const colours = [];
  for (let each = element; each; each = each.parentElement) {
    colours.unshift([getComputedStyle(each).backgroundColor, 1]);
  }
  return [['white', 1], [page, 1], ...colours];
};
const contrast = (element, colour, opacity) => {
  const behind = backgrounds(element);
  const [one, other] = [luminance(pixel(...behind, [colour, opacity])), luminance(pixel(...behind))];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
};
const seen = new Set();
const need = (least, element, ...colours) => {
  const ratio = Math.max(...colours.map(([colour, opacity]) => contrast(element, colour, opacity)));
  const what = `contrast ${ratio.toFixed(1)} instead of ${least}: <${element.tagName}> ${element.getAttribute('class')}`;
  if (ratio < least && !seen.has(what)) {
    seen.add(what);
    problems.push(`${what} ${element.textContent.trim().slice(0, 30)}`);
  }
};
main.querySelectorAll('p, td, th, h1, h2, h3, li, text, code, summary, a, div').forEach((element) => {
  const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (own && element.getClientRects().length && !element.closest('.app-build-bar, button, .jenkins-button, .jenkins-visually-hidden')) {
    const style = getComputedStyle(element);
    need(4.5, element, [element.tagName === 'text' ? style.fill : style.color, 1]);
  }
});
main.querySelectorAll('rect[class*=mab-], path[class*=mab-]').forEach((shape) => {
  const style = getComputedStyle(shape);
  const colours = [[style.stroke, Number(style.strokeOpacity)], [style.fill, Number(style.fillOpacity)]]
    .filter(([colour]) => colour !== 'none' && colour !== 'rgba(0, 0, 0, 0)');
  if (colours.length) need(3, shape, ...colours);
});
return problems;
