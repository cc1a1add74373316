export { Metrics as MetricsRoute } from '../see/metrics.js';
