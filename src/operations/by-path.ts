import { operations } from './index.js';
import type { Operation } from './operation.js';

/** The methods whose parameters are the JSON body of the `POST` request that they send. */
const METHODS: readonly (readonly [path: string, method: string])[] = [
  ['chat/completions', 'Chat.Completions.create'],
  ['responses', 'Responses.create'],
  ['completions', 'Completions.create'],
  ['embeddings', 'Embeddings.create'],
  ['moderations', 'Moderations.create'],
  ['images/generations', 'Images.generate'],
  ['audio/speech', 'Audio.Speech.create'],
];

const BY_PATH: ReadonlyMap<string, Operation | undefined> = new Map(
  METHODS.map(([path, name]) => [path, operations.find(({ resource, method }) => `${resource}.${method}` === name)]),
);

/** The paths of some SDKs begin with the version (Cerebras) or more (Groq). */
const PREFIX = /^\/?(?:openai\/)?(?:v1\/)?/;

/** The operation of `client.post(path, …)`. */
export function operationOfPath(path: unknown): Operation | undefined {
  return typeof path === 'string' ? BY_PATH.get(path.replace(PREFIX, '')) : undefined;
}
