import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Started, startProcess, untilReady } from './process.ts';

/** Starts a real Alertmanager that sends every group to one webhook. */
export async function startAlertmanager(options: {
  folder: string;
  port: number;
  webhook: string;
  token: string;
}): Promise<Started> {
  const { folder, port, webhook, token } = options;
  const url = `http://127.0.0.1:${port}`;
  await writeFile(
    join(folder, 'alertmanager.yml'),
    `route: { receiver: bellbuoy, group_by: [alertname, service_name], group_wait: 1s, group_interval: 2s, repeat_interval: 4h }
receivers:
  - name: bellbuoy
    webhook_configs:
      - url: "${webhook}"
        send_resolved: true
        http_config: { authorization: { type: Bearer, credentials: "${token}" } }
`,
  );
  const started = startProcess(
    'alertmanager',
    'prometheus-alertmanager',
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    folder,
  );
  await untilReady(`${url}/-/ready`);
  return started;
}
