import { fieldsOf, number } from '../read.js';
import * as semconv from '../semconv.js';
import type { Operation } from './operation.js';
import { textParts } from './shared/content-parts.js';
import { modelRequest } from './shared/model-request.js';
import { usageAttributes } from './shared/token-usage.js';
import { TranscriptionAssembly } from './transcriptions-stream.js';

const common = {
  method: 'create',

  request([params], deployment) {
    const body = fieldsOf(params);
    return modelRequest(body, deployment, outputType(body.response_format));
  },

  /** The body is a string if the request asked for plain text or subtitles, otherwise an object. */
  response(result) {
    const body = fieldsOf(result);
    const attributes = {
      [semconv.ATTR_LLM_AUDIO_DURATION]: number(fieldsOf(body.usage).seconds) ?? number(body.duration),
      ...usageAttributes(body),
    };
    return { attributes, choices: [] };
  },

  /** The audio is not read, because it can be a stream, which only the SDK may read. */
  input([params]) {
    const prompt = textParts('text', fieldsOf(params).prompt);
    return { inputMessages: [{ role: 'user', parts: [{ type: 'blob', modality: 'audio' }, ...prompt] }] };
  },

  output(result) {
    const { text, cut_off } = fieldsOf(result);
    const parts = textParts('text', typeof result === 'string' ? result : text);
    return [{ role: 'assistant', parts, finish_reason: cut_off === true ? 'error' : 'stop' }];
  },
} satisfies Omit<Operation, 'name' | 'resource'>;

/** `POST /audio/transcriptions`; SDK v4 to v7. */
export const transcriptions: Operation = {
  ...common,
  name: 'transcription',
  resource: 'Audio.Transcriptions',
  assemble: (textLimit) => new TranscriptionAssembly(textLimit),
};

/** `POST /audio/translations`; SDK v4 to v7. */
export const translations: Operation = { ...common, name: 'translation', resource: 'Audio.Translations' };

function outputType(format: unknown): string | undefined {
  switch (format) {
    case 'text':
    case 'srt':
    case 'vtt':
      return 'text';
    case 'json':
    case 'verbose_json':
    case 'diarized_json':
      return 'json';
    default:
      return undefined;
  }
}
