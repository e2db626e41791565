import type { App, BlockAction, ButtonAction, GlobalShortcut } from '@slack/bolt';
import type { AlertEpisode } from '#domain/alert.ts';
import type { Subject } from '#domain/incident/incident.ts';
import { isOpen } from '#domain/incident/incident.ts';
import type { Asks } from '../app.ts';
import type { Calls } from '../delivery/calls.ts';
import { answerBlocks } from '../messages/answer.ts';
import {
  DECLARE_FORM,
  type DeclareDraft,
  declaredIn,
  declareForm,
  declareState,
} from '../messages/declare-form.ts';
import { INCIDENT_ACTION } from '../messages/incident-buttons.ts';
import { SHORTCUT } from '../shortcut-ids.ts';
import { tellAlone } from './alone.ts';
import { keptOr, opened, openedOrTold } from './forms.ts';

/** The ways in which people declare an incident: from an alert, a deploy or a rollout, from the menu of shortcuts, from the Home tab. */
export function registerDeclare(app: App, asks: Asks, calls: Calls): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: INCIDENT_ACTION.declare },
    async ({ ack, action, body, respond }) => {
      const subject = subjectIn(action.value ?? '');
      const known = subject === undefined ? undefined : await draftOf(subject, asks);
      if (subject === undefined || known === undefined)
        return tellAlone(
          'I do not know this (any more), so no incident can be made of it here: `/obs incident declare` makes one.',
          { ack, respond },
        );
      if (known.incident !== undefined) return tellAlone(await shown(known.incident, asks), { ack, respond });
      await ack();
      const channel = body.channel?.id;
      const state = { subject, ...(channel === undefined ? {} : { channel }) };
      await openedOrTold(declareForm(known.draft, names(asks), state), { body, respond }, { calls, asks });
    },
  );
  app.shortcut<GlobalShortcut>(SHORTCUT.declare, async ({ ack, body }) => {
    await ack();
    await opened(body.trigger_id, declareForm({ services: [] }, names(asks), {}), { calls, asks });
  });
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: INCIDENT_ACTION.homeDeclare },
    async ({ ack, body }) => {
      await ack();
      await opened(body.trigger_id, declareForm({ services: [] }, names(asks), {}), { calls, asks });
    },
  );
  app.view({ type: 'view_submission', callback_id: DECLARE_FORM }, async ({ ack, view, body }) => {
    const read = declaredIn(view.state.values, names(asks));
    if (!read.ok) return ack({ response_action: 'errors', errors: read.errors });
    const { ok: _, ...declared } = read;
    const { subject, channel } = declareState(view.private_metadata);
    const [block = 'title'] = Object.keys(view.state.values);
    const refuse = (why: string) => ack({ response_action: 'errors', errors: { [block]: why } });
    const there = subject === undefined ? undefined : (await draftOf(subject, asks))?.incident;
    if (there !== undefined)
      return refuse(
        `${there} was declared from this meanwhile. Close this form and press Declare incident to see it.`,
      );
    const isKept = await keptOr(refuse, asks, () =>
      asks.submit(
        {
          type: 'incidentDeclared',
          ...declared,
          by: { kind: 'person', user: body.user.id },
          ...(subject === undefined ? {} : { subject }),
          ...(channel === undefined ? {} : { place: channel }),
        },
        // One form declares one incident, however often it is sent; two forms of one alert are found to be so when they are decided.
        `declared:${view.id}`,
      ),
    );
    if (!isKept) return;
    asks.failpoint('pressed-not-acknowledged');
    await ack();
  });
}

function subjectIn(value: string): Subject | undefined {
  const [kind = '', ...id] = value.split(':');
  return kind === 'alert' || kind === 'deploy' || kind === 'rollout' ? { kind, id: id.join(':') } : undefined;
}

/** What the form begins with, and the open incident that there is already; `undefined` where nobody knows what it is about. */
async function draftOf(
  subject: Subject,
  asks: Asks,
): Promise<{ readonly draft: DeclareDraft; readonly incident?: string } | undefined> {
  const found = await knownAs(subject, asks);
  if (found === undefined) return undefined;
  const { incident: id, ...draft } = found;
  const incident = id === undefined ? undefined : await asks.incident(id);
  return incident !== undefined && isOpen(incident) ? { draft, incident: incident.id } : { draft };
}

async function knownAs(
  { kind, id }: Subject,
  asks: Asks,
): Promise<(DeclareDraft & { readonly incident?: string }) | undefined> {
  switch (kind) {
    case 'alert': {
      const episode = await asks.alert(id);
      if (episode === undefined) return undefined;
      const { name, service, severity, incident } = episode;
      return {
        title: alertTitle(episode),
        severity: severity === 'page' ? 'sev2' : 'sev3',
        services: service === undefined ? [] : [service],
        from: `the alert ${name}`,
        ...(incident === undefined ? {} : { incident }),
      };
    }
    case 'deploy': {
      const deploy = await asks.deploy(id);
      if (deploy === undefined) return undefined;
      const { service, version, incident } = deploy;
      return {
        title: `${service ?? 'An unknown service'} ${version} does harm`,
        severity: deploy.watch?.verdict?.verdict === 'degraded' ? 'sev2' : 'sev3',
        services: service === undefined ? [] : [service],
        from: `the deploy of ${version}`,
        ...(incident === undefined ? {} : { incident }),
      };
    }
    case 'rollout': {
      const rollout = await asks.rollout(id);
      if (rollout === undefined) return undefined;
      const { service, flag, incident } = rollout;
      return {
        title: `${flag} does harm${service === undefined ? '' : ` on ${service}`}`,
        severity: 'sev3',
        services: service === undefined ? [] : [service],
        from: `the rollout of ${flag}`,
        ...(incident === undefined ? {} : { incident }),
      };
    }
  }
}

/** What the alert says of itself reads better than its name. */
function alertTitle({ name, annotations }: AlertEpisode): string {
  const { summary, message } = annotations;
  return [summary, message].find((text) => text !== undefined && text.trim() !== '') ?? name;
}

/** The incident that there is already, as it now stands. */
async function shown(incident: string, asks: Asks) {
  return answerBlocks(await asks.answerNow({ ask: 'incident', incident }));
}

function names({ catalog }: Asks): readonly string[] {
  return catalog.current().services.map(({ name }) => name);
}
