import type {
  CodeSigningConfigRecord,
  EventSourceMappingRecord,
  FunctionRecord,
  LayerRecord,
} from '../core/catalog/records.js';
import type { CodeStore } from './code-store.js';
import type { RecordStore } from './record-store.js';

/** Everything that the control plane keeps. Keys are `<region>/<name or id>`. */
export interface ServiceState {
  readonly functions: RecordStore<FunctionRecord>;
  readonly layers: RecordStore<LayerRecord>;
  readonly eventSourceMappings: RecordStore<EventSourceMappingRecord>;
  readonly codeSigningConfigs: RecordStore<CodeSigningConfigRecord>;
  readonly code: CodeStore;
}
