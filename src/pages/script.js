// What pages do where the browser can: they stay up to date, and charts say their values. All of it works without.
const REFRESH = 30_000;

/** Puts what the page says now in place of what it said, while somebody looks and nobody types. */
async function refresh() {
  const main = document.querySelector('main[data-live]');
  if (main === null || document.hidden || main.contains(document.activeElement)) return;
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!response.ok || response.redirected) throw new Error(`answered ${response.status}`);
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main');
    if (next === null) return;
    main.replaceWith(next);
    draw();
  } catch (error) {
    const note = document.querySelector('[data-age]');
    if (note !== null)
      note.textContent = `Bellbuoy cannot be reached (${error.message}); this is how it was.`;
  }
}

/** Charts say their values under the pointer, and under the arrow keys. */
function draw() {
  for (const chart of document.querySelectorAll('.chart[data-values]')) {
    const from = Number(chart.dataset.from);
    const to = Number(chart.dataset.to);
    const left = Number(chart.dataset.left);
    const right = Number(chart.dataset.right);
    const readout = chart.parentElement.querySelector('.readout');
    const cursor = document.createElement('div');
    cursor.className = 'cursor';
    cursor.hidden = true;
    chart.append(cursor);
    let values;
    let share = 1;
    const tell = async () => {
      values ??= fetch(chart.dataset.values).then((response) => response.json());
      const { panels } = await values;
      const at = from + share * (to - from);
      cursor.hidden = false;
      cursor.style.left = `${(left + share * (right - left)) * 100}%`;
      const said = panels.map(({ title, lines }) => {
        const parts = lines.map(({ name, points }) => {
          const near = points.reduce(
            (best, point) =>
              best === undefined || Math.abs(point[0] - at) < Math.abs(best[0] - at) ? point : best,
            undefined,
          );
          return `${lines.length > 1 ? `${name} ` : ''}${near === undefined ? 'no data' : near[1]}`;
        });
        return `${title}: ${parts.join(', ')}`;
      });
      readout.textContent = `${new Date(at).toLocaleString()} · ${said.join(' · ')}`;
    };
    chart.addEventListener('pointermove', (event) => {
      const box = chart.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width;
      share = Math.min(1, Math.max(0, (x - left) / (right - left)));
      tell();
    });
    chart.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -0.01, ArrowRight: 0.01, Home: -1, End: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      share = Math.min(1, Math.max(0, share + by));
      tell();
    });
  }
}

draw();
setInterval(refresh, REFRESH);
