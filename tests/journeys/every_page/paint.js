// What moved since the page was asked for, and when its largest part was there.
const done = arguments[arguments.length - 1];
const what = { shifts: [], painted: 0 };
const seen = (type, each) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
seen('layout-shift', (entry) => {
  if (entry.hadRecentInput) return;
  const moved = entry.sources.map(({ node }) => `${node?.localName || node?.parentElement?.localName}.${node?.className || node?.id || ''}`);
  what.shifts.push(`${entry.value.toFixed(4)}: ${moved.join(', ')}`);
});
seen('largest-contentful-paint', (entry) => { what.painted = entry.startTime; });
setTimeout(() => done(what), 150);
