export { leanRequestHandler } from './lean-request-handler.js';
