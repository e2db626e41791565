/**
 * An RE2 expression that matches what exporters write into `le` for every boundary from 0 up to `seconds` (at least a millisecond): `0.25`, `1`, `1.0`, `2.5e-05`. So the largest
 * bucket within a threshold is found without knowing which ones there are: of cumulative counts it is the largest.
 */
export function boundariesUpTo(seconds: number): string {
  const [whole = '0', fraction = ''] = Number(seconds.toPrecision(12)).toString().split('.');
  return [
    // Below a thousandth: what is written with an exponent.
    '\\d(\\.\\d+)?[eE]-(0?[4-9]|[1-9]\\d)',
    ...smallerWholes(whole),
    ...sameWhole(whole, fraction),
  ].join('|');
}

/** Numbers whose whole part is smaller. */
function smallerWholes(whole: string): readonly string[] {
  const shorter = whole.length > 1 ? [`\\d{1,${whole.length - 1}}(\\.\\d+)?`] : [];
  const least = whole.length > 1 ? 1 : 0;
  const smaller = [...whole].flatMap((digit, i) => {
    const range = digits(i === 0 ? least : 0, Number(digit) - 1);
    const rest = whole.length - i - 1;
    return range === '' ? [] : [`${whole.slice(0, i)}${range}${rest > 0 ? `\\d{${rest}}` : ''}(\\.\\d+)?`];
  });
  return [...shorter, ...smaller];
}

/** Numbers with the same whole part and a fraction that is not larger; what is larger by binary noise (0.30000000000000004) is the same. */
function sameWhole(whole: string, fraction: string): readonly string[] {
  const smaller = [...fraction].flatMap((digit, i) => {
    const before = `${whole}\\.${fraction.slice(0, i)}`;
    const range = digits(0, Number(digit) - 1);
    return [...(i > 0 ? [before] : []), ...(range === '' ? [] : [`${before}${range}\\d*`])];
  });
  const same = fraction === '' ? `${whole}(\\.(0+|0{9}\\d+))?` : `${whole}\\.${fraction}(0*|0{9}\\d+)`;
  return [...(fraction === '' ? [] : [whole]), ...smaller, same];
}

function digits(from: number, to: number): string {
  if (to < from) return '';
  return to === from ? String(from) : `[${from}-${to}]`;
}

/** An RE2 expression that matches every spelling of one boundary: `0.5`, `0.50`, `5e-01`, and `0.30000000000000004` for 0.3. */
export function boundarySpelt(boundary: number): string {
  const [mantissa = '0', power = '0'] = Number(boundary.toPrecision(12)).toExponential().split('e');
  const figures = mantissa.replace('.', '');
  const exponent = Number(power);
  const padded = exponent < 0 ? '0'.repeat(-exponent) + figures : figures.padEnd(exponent + 1, '0');
  const wholes = Math.max(1, exponent + 1);
  const sign = exponent < 0 ? '-' : '\\+?';
  const scientific = `${decimal(figures.slice(0, 1), figures.slice(1))}[eE]${sign}0*${Math.abs(exponent)}`;
  return `${decimal(padded.slice(0, wholes), padded.slice(wholes))}|${scientific}`;
}

function decimal(whole: string, fraction: string): string {
  return fraction === '' ? `${whole}(\\.(0*|0{9}\\d+))?` : `${whole}\\.${fraction}(0*|0{9}\\d+)`;
}
