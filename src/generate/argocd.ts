/** Where Argo CD sends to, and the environment of applications that do not tell theirs by label, namespace, folder, project or name. */
export type ArgocdOptions = { readonly url: string; readonly environment?: string };

const OPERATION = '.app.status.operationState';

/** The body, a line a field. `toJson` writes each value, so that no text in it can break the body; what is not there is null. */
const BODY = ({ environment }: ArgocdOptions): readonly string[] => [
  '{',
  ...(environment === undefined ? [] : [`  "environment": ${JSON.stringify(environment)},`]),
  '  "argocdUrl": {{ toJson .context.argocdUrl }},',
  '  "app": {',
  '    "metadata": {',
  '      "name": {{ toJson .app.metadata.name }},',
  '      "namespace": {{ toJson .app.metadata.namespace }},',
  '      "labels": {{ toJson .app.metadata.labels }}',
  '    },',
  '    "spec": {',
  '      "project": {{ toJson .app.spec.project }},',
  '      "destination": {{ toJson .app.spec.destination }},',
  `      "source": {{ with .app.spec.source }}${source('.')}{{ else }}null{{ end }},`,
  `      "sources": [{{ range $i, $one := .app.spec.sources }}{{ if $i }}, {{ end }}${source('$one.')}{{ end }}]`,
  '    },',
  '    "status": {',
  '      "health": {{ toJson .app.status.health }},',
  '      "summary": { "images": {{ toJson .app.status.summary.images }} },',
  `      "history": [{{ range $i, $one := .app.status.history }}{{ if $i }}, {{ end }}{ "deployStartedAt": {{ toJson $one.deployStartedAt }}, "deployedAt": {{ toJson $one.deployedAt }}, ${synced('$one')} }{{ end }}],`,
  '      "operationState": {',
  `        "phase": {{ toJson ${OPERATION}.phase }},`,
  `        "startedAt": {{ toJson ${OPERATION}.startedAt }},`,
  `        "finishedAt": {{ toJson ${OPERATION}.finishedAt }},`,
  `        "operation": { "initiatedBy": {{ toJson ${OPERATION}.operation.initiatedBy }} },`,
  `        "syncResult": { ${synced(`${OPERATION}.syncResult`)} }`,
  '      }',
  '    }',
  '  }',
  '}',
];

/**
 * What has to be merged into `argocd-notifications-cm`: the service with its token as a reference to the secret, one template, triggers
 * of our own names (the catalogue's may be in use), and a subscription for all applications.
 */
export function argocdNotifications(options: ArgocdOptions): string {
  const address = JSON.stringify(`${options.url.replace(/\/+$/, '')}/webhooks/argocd`);
  const phase = (phases: string) =>
    `app.status.operationState != nil and app.status.operationState.phase in [${phases}]`;
  const healthy = [
    `${phase("'Succeeded'")} and app.status.health.status == 'Healthy'`,
    // Health may still be that from before the sync until the application was compared again.
    'app.status.reconciledAt != nil',
    '!time.Parse(app.status.reconciledAt).Before(time.Parse(app.status.operationState.finishedAt))',
  ].join(' and ');
  const triggers = {
    'on-sync-running-bellbuoy': `${phase("'Running'")} and app.status.operationState.syncResult != nil`,
    'on-deployed-bellbuoy': healthy,
    'on-sync-failed-bellbuoy': phase("'Error', 'Failed'"),
    'on-health-degraded-bellbuoy': `${phase("'Succeeded'")} and app.status.health.status == 'Degraded'`,
  };
  return `# Made by bellbuoy generate argocd: Argo CD tells Bellbuoy of every sync. Merge it into what is there:
#   kubectl -n argocd patch configmap argocd-notifications-cm --type merge --patch-file THIS-FILE
# and give Argo CD the token under server.webhookTokens.argocd:
#   kubectl -n argocd patch secret argocd-notifications-secret --type merge -p '{"stringData":{"bellbuoy-token":"THE TOKEN"}}'
# Where subscriptions are configured already, add the recipient and the triggers below to yours: this one would replace them.
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-notifications-cm
  namespace: argocd
data:
  service.webhook.bellbuoy: |
    url: ${address}
    headers:
      - name: Authorization
        value: Bearer $bellbuoy-token
      - name: Content-Type
        value: application/json
  template.bellbuoy: |
    webhook:
      bellbuoy:
        method: POST
        body: |
${BODY(options)
  .map((line) => `          ${line}`)
  .join('\n')}
${Object.entries(triggers)
  .map(
    ([name, when]) => `  trigger.${name}: |
    - when: ${when}
      oncePer: "app.status.operationState != nil ? app.status.operationState.startedAt : ''"
      send: [bellbuoy]`,
  )
  .join('\n')}
  subscriptions: |
    - recipients: [bellbuoy]
      triggers: [${Object.keys(triggers).join(', ')}]
`;
}

function source(of: string): string {
  const fields = ['repoURL', 'path', 'targetRevision'].map(
    (field) => `"${field}": {{ toJson ${of}${field} }}`,
  );
  return `{ ${fields.join(', ')} }`;
}

/** Sources are compared only: their digest tells whether they changed, and values that may be secret stay where they are. */
function synced(of: string): string {
  const digest = (field: string) =>
    `{{ with ${of}.${field} }}{{ toJson . | sha256sum | toJson }}{{ else }}null{{ end }}`;
  return `"revision": {{ toJson ${of}.revision }}, "revisions": {{ toJson ${of}.revisions }}, "source": ${digest('source')}, "sources": ${digest('sources')}`;
}
