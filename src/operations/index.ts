import { agentSessions } from './agents/sessions.js';
import { runPolling, runsCreate, runsSubmitToolOutputs, threadsCreateAndRun } from './assistants/assistants.js';
import { batches } from './batches.js';
import { chatCompletions, storedChatCompletion } from './chat/chat-completions.js';
import { clientSecretsCreate } from './client-secrets.js';
import { completions } from './completions.js';
import { conversationItemsCreate } from './conversation-items.js';
import { decisions } from './decisions.js';
import { embeddings } from './embeddings.js';
import { fileProcessing } from './file-processing.js';
import { graderRun } from './graders.js';
import { imagesCreateVariation, imagesEdit, imagesGenerate } from './images.js';
import { moderations } from './moderations.js';
import type { Operation } from './operation.js';
import { withReportedFailures } from './reported-failures.js';
import { responses } from './responses/responses.js';
import { speech } from './speech.js';
import { transcriptions, translations } from './transcriptions.js';
import { vectorStoreSearch } from './vector-store-search.js';
import { videos } from './videos.js';

/** All traced methods of the SDK. Any of them can fail with a body of status 200. */
export const operations: readonly Operation[] = [
  chatCompletions,
  storedChatCompletion,
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
  ...runPolling,
  ...fileProcessing,
  ...agentSessions,
  decisions,
  ...batches,
  ...videos,
  graderRun,
  conversationItemsCreate,
  clientSecretsCreate,
].map(withReportedFailures);
