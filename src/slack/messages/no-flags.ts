import { context, plain, type Rendered, rendered, section } from '../blocks.ts';

/** What to write to have two sides of a flag compared. */
const YAML = [
  'services:',
  '  checkout:',
  '    flags:',
  '      - name: new-checkout',
  '        label: feature_flag_new_checkout',
  '        on: "true"',
  '        off: "false"',
].join('\n');

/** Where there is no flag to show, how to have one. */
export function noFlags(of: string, service: string | undefined): Rendered {
  const title = `No flags${of} yet`;
  const yaml = service === undefined ? YAML : YAML.replace('checkout:', `${plain(service, 60)}:`);
  return rendered(title, [
    section(`${title}: none is configured, and no change of one was heard.`),
    section(
      `To have those with a flag compared with those without it, say in \`bellbuoy.yaml\` which label of the metrics carries it:\n\`\`\`\n${yaml}\n\`\`\``,
    ),
    context('and let whatever changes the flag tell it to `/webhooks/flags`.'),
  ]);
}
