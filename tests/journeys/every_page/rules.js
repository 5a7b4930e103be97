// What a page must not do: be wider than the window or a table wider than its column; on a phone, ask for a finger finer
// than 44 px. Answers sentences.
const LEAST = 44;
const name = (of) => {
  const text = (of.getAttribute('aria-label') || of.textContent || of.name || of.type || '').trim().replace(/\s+/g, ' ');
  const within = of.parentElement?.closest('[class], [id]');
  return `<${of.localName}${of.className ? ` class="${of.className}"` : ''}> "${text.slice(0, 40)}" in ${within?.localName}.${within?.className || within?.id}`;
};
const said = [];
const wide = document.documentElement.scrollWidth;
if (wide > screen.width) {
  const holder = (of) => (getComputedStyle(of).position === 'absolute' ? of.offsetParent : of.parentElement);
  const clips = (of) => of && of !== document.documentElement && (getComputedStyle(of).overflowX !== 'visible' || clips(holder(of)));
  const beyond = [...document.querySelectorAll('main *')].filter((of) => of.getBoundingClientRect().right > screen.width + 1 && !clips(holder(of)));
  said.push(`it is ${wide} px wide in a window of ${screen.width} px: ${beyond.slice(0, 3).map(name).join(', ')}`);
}
// What is wider than its column lies over the next one.
for (const table of document.querySelectorAll('main table')) {
  const [inner, outer] = [table.getBoundingClientRect(), table.parentElement.getBoundingClientRect()];
  if (inner.right > outer.right + 9 && getComputedStyle(table.parentElement).overflowX === 'visible')
    said.push(`a table is ${Math.round(inner.right - outer.right)} px wider than its column: ${name(table)}`);
}
if (screen.width > 500) return said;
// A word within a sentence stays as large as the sentence.
const runsInText = (of) => {
  if (getComputedStyle(of).display !== 'inline') return false;
  const around = of.parentElement;
  const own = [...around.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 1);
  return own.length > 0;
};
const hits = (of, x, y) => {
  const at = document.elementFromPoint(x, y);
  const label = at?.closest('label');
  return Boolean(at) && (of.contains(at) || label?.control === of || at.closest('a, button, summary') === of);
};
const large = (box) => box.width >= LEAST && box.height >= LEAST;
for (const of of document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')) {
  if (!of.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || of.disabled || runsInText(of)) continue;
  of.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = of.getBoundingClientRect();
  if (box.width === 0 || box.bottom < 0 || large(box)) continue;
  // A tick is pressed through its label, wherever in it a finger lands.
  if ([...(of.labels || [])].some((label) => large(label.getBoundingClientRect()))) continue;
  const [x, y, reach] = [box.x + box.width / 2, box.y + box.height / 2, LEAST / 2 - 1];
  const points = [];
  if (box.width < LEAST) points.push([x - reach, y], [x + reach, y]);
  if (box.height < LEAST) points.push([x, y - reach], [x, y + reach]);
  if (points.every(([left, top]) => hits(of, left, top))) continue;
  said.push(`a target of ${Math.round(box.width)} x ${Math.round(box.height)} px: ${name(of)}`);
}
scrollTo({ top: 0, behavior: 'instant' });
return [...new Set(said)];
