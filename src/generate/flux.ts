/** Where Flux sends to; environment and cluster are told with every event, where given. */
export type FluxOptions = { readonly url: string; readonly environment?: string; readonly cluster?: string };

/** Secret, Provider and Alert by which Flux's notification-controller signs and sends what Kustomizations and Helm releases do. */
export function fluxNotifications({ url, environment, cluster }: FluxOptions): string {
  const address = JSON.stringify(`${url.replace(/\/+$/, '')}/webhooks/flux`);
  const told = Object.entries({ environment, cluster }).filter(([, value]) => value !== undefined);
  const metadata = told.map(([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`).join('');
  return `# Made by bellbuoy generate flux: Flux tells Bellbuoy of every deploy. Set the token, then: kubectl apply -f THIS-FILE
# An Alert hears of its own namespace only, unless an event source names another.
apiVersion: v1
kind: Secret
metadata:
  name: bellbuoy
  namespace: flux-system
stringData:
  token: "THE TOKEN under server.webhookTokens.flux"
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata:
  name: bellbuoy
  namespace: flux-system
spec:
  type: generic-hmac
  address: ${address}
  secretRef:
    name: bellbuoy
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata:
  name: bellbuoy
  namespace: flux-system
spec:
  providerRef:
    name: bellbuoy
  eventSeverity: info
${metadata === '' ? '' : `  eventMetadata:\n${metadata}`}  eventSources:
    - kind: Kustomization
      name: "*"
    - kind: HelmRelease
      name: "*"
`;
}
