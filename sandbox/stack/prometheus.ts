import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Started, startProcess, untilReady } from './process.ts';

/** How often the shop is scraped, in milliseconds. */
export const SCRAPE_EVERY = 5000;

/** The share of failing requests above which somebody is called. */
const PAGE_ABOVE = 0.01;

/** What is slow, in seconds: a bound of the histogram. Next to nothing takes so long, not even while checkout, which pages wait for, takes twice as long as ordinary. */
const SLOW = 0.75;

/** The share of slow requests above which a ticket is opened. */
const TICKET_ABOVE = 0.015;

/** Starts a real Prometheus over a data folder, scraping the shop, with the rules that page and open tickets. */
export async function startPrometheus(options: {
  folder: string;
  dataDir: string;
  port: number;
  alertmanager: string;
  services: Readonly<Record<string, string>>;
}): Promise<Started> {
  const { folder, dataDir, port } = options;
  const url = `http://127.0.0.1:${port}`;
  await writeFile(join(folder, 'rules.yml'), rules());
  await writeFile(join(folder, 'prometheus.yml'), settings(options));
  const started = startProcess(
    'prometheus',
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${dataDir}`,
      '--storage.tsdb.retention.time=90d',
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      '--log.level=warn',
    ],
    folder,
  );
  await untilReady(`${url}/-/ready`);
  return started;
}

function settings({
  folder,
  alertmanager,
  services,
}: {
  folder: string;
  alertmanager: string;
  services: Readonly<Record<string, string>>;
}): string {
  const targets = Object.entries(services).map(
    ([name, address]) => `          - { targets: ["${address}"], labels: { service_name: ${name} } }`,
  );
  return `global: { scrape_interval: ${SCRAPE_EVERY}ms, scrape_timeout: ${SCRAPE_EVERY - 1000}ms, evaluation_interval: 2s }
rule_files: ["${join(folder, 'rules.yml')}"]
alerting: { alertmanagers: [ { static_configs: [ { targets: ["${alertmanager}"] } ] } ] }
scrape_configs:
  - job_name: shop
    honor_labels: true
    static_configs:
${targets.join('\n')}
`;
}

function rules(): string {
  const requests = (more: string) =>
    `sum by (service_name) (rate(http_server_request_duration_seconds_count{service_name="checkout"${more}}[30s]))`;
  const visits = (le: string) =>
    `sum by (service_name) (rate(http_server_request_duration_seconds_bucket{service_name="storefront",le="${le}"}[30s]))`;
  return `groups:
  - name: shop
    rules:
      - alert: CheckoutErrors
        expr: ${requests(',http_response_status_code=~"5.."')} / ${requests('')} > ${PAGE_ABOVE}
        for: 5s
        labels: { severity: page }
        annotations:
          summary: "{{ $value | humanizePercentage }} of checkout requests fail"
          description: "More than 1 % of the requests to {{ $labels.service_name }} fail. Buyers see an error page."
          runbook_url: "https://runbooks.example/checkout-errors"
      - alert: StorefrontSlow
        expr: 1 - ${visits(`${SLOW}`)} / ${visits('+Inf')} > ${TICKET_ABOVE}
        for: 40s
        labels: { severity: ticket }
        annotations:
          summary: "{{ $value | humanizePercentage }} of pages take longer than ${SLOW} s"
          description: "More than ${100 * TICKET_ABOVE} % of the pages of {{ $labels.service_name }} take longer than ${SLOW} s. Visitors wait, and some of them leave."
          runbook_url: "https://runbooks.example/storefront-slow"
`;
}
