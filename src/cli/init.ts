import { access, writeFile } from 'node:fs/promises';
import { discover } from '#config/discover.ts';
import { explain } from '#domain/problem.ts';
import { systemClock } from '#runtime/clock.ts';
import { createMetering } from '#runtime/metrics.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Looks which services a Prometheus has metrics of, and writes a first bellbuoy.yaml with comments. Never overwrites a file. */
export async function init(
  { prometheus: url, out }: { prometheus: string; out: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  if (await exists(out)) {
    terminal.err(`${out} is there already; name another with --out.`);
    return 2;
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    terminal.err(`--prometheus ${url}: expected an http(s) address.`);
    return 2;
  }
  const source = {
    ...{ name: 'default', url, headers: {}, timeout: 15_000 },
    ...{ maxConcurrent: 4, scrapeInterval: 15_000 },
  };
  const client = createPrometheus(source, { clock: systemClock, meter: createMetering() });
  const now = systemClock.now();
  const found = await discover(url, async (promql) => {
    const answer = await client.instant(promql, now);
    return answer.ok ? { ok: true, value: answer.value.series.map(({ labels }) => labels) } : answer;
  });
  await client.close();
  if (!found.ok) {
    terminal.err(explain(found.problem));
    return 1;
  }
  const { yaml, services } = found.value;
  await writeFile(out, yaml);
  terminal.out(
    `${out}: ${services.length} services found${services.length === 0 ? '' : `: ${services.join(', ')}`}.`,
  );
  terminal.out('Next: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, then `bellbuoy check --online`.');
  return services.length === 0 ? 1 : 0;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
