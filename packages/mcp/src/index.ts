export { type ApiAccess, ownToken, toolApi } from './api-access.js';
export type { ToolApi } from './call-tool.js';
export { type McpHttpOptions, mcpHttpApp } from './http-app.js';
export { mcpServer, type ServedTools } from './mcp-server.js';
export { type ProcedureTool, procedureTools } from './procedure-tools.js';
export type { ToolError } from './tool-error.js';
export { UsageError } from './usage-error.js';
