import { runsCreate, runsSubmitToolOutputs, threadsCreateAndRun } from './assistants/assistants.js';
import { chatCompletions } from './chat/chat-completions.js';
import { completions } from './completions.js';
import { decisions } from './decisions.js';
import { embeddings } from './embeddings.js';
import { imagesCreateVariation, imagesEdit, imagesGenerate } from './images.js';
import { moderations } from './moderations.js';
import type { Operation } from './operation.js';
import { responses } from './responses/responses.js';
import { speech } from './speech.js';
import { transcriptions, translations } from './transcriptions.js';
import { vectorStoreSearch } from './vector-store-search.js';

/** All traced methods of the SDK. */
export const operations: readonly Operation[] = [
  chatCompletions,
  ...responses,
  completions,
  embeddings,
  moderations,
  imagesGenerate,
  imagesEdit,
  imagesCreateVariation,
  speech,
  transcriptions,
  translations,
  vectorStoreSearch,
  threadsCreateAndRun,
  runsCreate,
  runsSubmitToolOutputs,
  decisions,
];
