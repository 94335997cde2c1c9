export { TreeSpanExporter, type TreeSpanExporterOptions } from './console/tree-span-exporter.js';
