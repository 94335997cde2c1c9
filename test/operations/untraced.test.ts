import { describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.js';
import { majors, sdk } from '../support/sdk.js';

/**
 * The methods of the SDK that deliberately have no span of their own. A method that is neither here nor traced fails this
 * test, so that a method of a later SDK that runs a model is noticed. `*` stands for any text.
 */
const untraced: Record<string, string[]> = {
  'calls traced methods': [
    'Chat.Completions.parse',
    'Chat.Completions.runTools',
    'Chat.Completions.stream',
    'Responses.parse',
    'Responses.stream',
    'Beta.Agents.Sessions.stream',
    'Beta.Threads.createAndRunStream',
    'Beta.Threads.Runs.createAndStream',
    'Beta.Threads.Runs.stream',
    'Beta.Threads.Runs.submitToolOutputsStream',
  ],
  'reads or changes what is stored': [
    '*.list*',
    '*.retrieve',
    '*.update',
    '*.delete',
    '*.del',
    '*.content',
    '*.retrieveContent',
  ],
  'stores something': [
    'Audio.VoiceConsents.create',
    'Audio.Voices.create',
    'Beta.Agents.create',
    'Beta.Agents.Automations.create',
    'Beta.Agents.Environments.*',
    'Beta.Agents.Vaults.*',
    'Beta.Assistants.create',
    'Beta.Threads.create',
    'Beta.Threads.Messages.create',
    'Containers.*',
    'Conversations.create',
    'Evals.create',
    'Files.*',
    'Skills.*',
    'Uploads.*',
    'VectorStores.create',
    'VectorStores.FileBatches.*',
    'VectorStores.Files.*',
    'Videos.*Character',
  ],
  'administers an organization or a job': [
    'Admin.*',
    'Beta.Agents.Automations.pause',
    'Beta.Agents.Automations.resume',
    'Beta.ChatKit.Sessions.*',
    'Beta.Threads.Runs.cancel',
    'Evals.Runs.cancel',
    'FineTuning.Alpha.Graders.validate',
    'FineTuning.Checkpoints.Permissions.create',
    'FineTuning.Jobs.cancel',
    'FineTuning.Jobs.pause',
    'FineTuning.Jobs.resume',
    'Safety.*',
    'Webhooks.*',
  ],
  'counts or checks without a model': ['*Responses.InputTokens.count', 'ContentProvenanceChecks.create'],
  'sets up a session whose traffic is elsewhere (WebRTC, WebSocket)': [
    'Beta.Realtime.Sessions.create',
    'Beta.Realtime.TranscriptionSessions.create',
    'Live.*',
    'Realtime.Calls.*',
    'Realtime.Translations.ClientSecrets.create',
  ],
  // The usage of an evaluation is in `evals.runs.retrieve`, for each of its models apart. A fine-tuning job reports none.
  'starts a job that runs or trains models for hours': ['Evals.Runs.create', 'FineTuning.Jobs.create'],
  downloads: ['Videos.downloadContent', 'Beta.Agents.Sessions.Artifacts.forResult'],
};

const patterns = Object.values(untraced).flat();
const traced = new Set(operations.map(({ resource, method }) => `${resource}.${method}`));

function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.at(-1);
  if (last === undefined) return name === pattern;
  return name.startsWith(first) && name.endsWith(last) && name.length >= first.length + last.length;
}

/** All methods of the resource classes that the static properties of `cls` lead to. */
function methodsBelow(cls: object, path: string[], seen = new Set<object>()): string[] {
  if (seen.has(cls)) return [];
  seen.add(cls);
  const { prototype } = cls as { prototype: object };
  const own =
    path.length === 0 ? [] : Object.getOwnPropertyNames(prototype).filter((name) => isMethod(prototype, name));
  const resources = Object.entries(Object.getOwnPropertyDescriptors(cls)).filter(
    ([name, { value }]) => /^[A-Z]/.test(name) && !/(Error|Page|OpenAI)$/.test(name) && isClass(value),
  );
  return [
    ...own.map((name) => [...path, name].join('.')),
    ...resources.flatMap(([name, { value }]) => methodsBelow(value, [...path, name], seen)),
  ];
}

function isMethod(prototype: object, name: string): boolean {
  const { value } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
  return name !== 'constructor' && !name.startsWith('_') && typeof value === 'function';
}

function isClass(value: unknown): value is object {
  return typeof value === 'function' && 'prototype' in value;
}

const methods = new Map(majors.map((major) => [major, methodsBelow(sdk(major).OpenAI, [])]));

describe.each([...methods])('the methods of SDK v%i', (_, names) => {
  it('are found', () => {
    expect(names).toContain('Chat.Completions.create');
    expect(names.length).toBeGreaterThan(100);
  });

  it('are traced, or listed as deliberately not traced', () => {
    const open = names.filter((name) => !traced.has(name) && !patterns.some((pattern) => matches(pattern, name)));
    expect(open).toEqual([]);
  });
});

// SDK v7 needs Node.js 22.
it.skipIf(!majors.includes(7))('no entry of the list is out of date', () => {
  const all = [...methods.values()].flat().filter((name) => !traced.has(name));
  expect(patterns.filter((pattern) => !all.some((name) => matches(pattern, name)))).toEqual([]);
});
