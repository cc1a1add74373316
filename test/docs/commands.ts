/** How `commands.long.test.ts` runs a command of a document, or the test or command that covers it. */
export type Documented =
  | {
      /** Appended to the command, to do less of the same. */
      readonly less?: string;
      /** Path from the root. @default the root */
      readonly folder?: string;
      readonly env?: Readonly<Record<string, string>>;
      /** The command runs until Ctrl-C, which is sent once its output matches. */
      readonly until?: RegExp;
      /** Matches its output. */
      readonly says?: RegExp;
      /** The document whose first block of text is its output. */
      readonly shownIn?: string;
      /** A command that runs before it. */
      readonly after?: string;
    }
  | { readonly by: string };

const generated: Documented = { by: 'packages/generator/test/generate.long.test.ts' };
const ci: Documented = { by: '.ci/run' };
/** There is no AWS account: the test checks the operations and parameters only. */
const aws: Documented = { by: 'test/docs/aws-commands.test.ts' };
const restore: Documented = { by: 'test/operations/restore.long.test.ts' };
const personalData: Documented = { by: 'packages/users-cli/test/personal-data-commands.long.test.ts' };
/** Runs the steps of the Dockerfile, and what the services of compose.yaml start: there need be no Docker here. */
const container: Documented = { by: 'test/container/container.long.test.ts' };

const deployment: Documented = { by: 'infra/test/deploy-document.long.test.ts' };
const infra: Documented = { by: 'infra/test/cli.long.test.ts' };

/** Every line of every shell block, without its comment. */
export const commands: Readonly<Record<string, Documented>> = {
  'npx pnpm dev': { env: { PORT: '3917' }, until: /All went as expected/ },
  'pnpm dev': { by: 'npx pnpm dev' },
  'npx pnpm test': ci,
  'pnpm test': ci,
  '.ci/run': ci,
  'pnpm build': ci,
  'pnpm --filter @aws-starter-kit/api start': {
    env: { NODE_ENV: 'production', AUTH_ISSUER: 'https://login.example.com/', AUTH_AUDIENCE: 'users' },
    until: /API at http:\S+\/trpc/,
  },
  'pnpm --filter @aws-starter-kit/api bundle': { says: /index\.mjs: [\d.]+ KB, gzip/ },
  'pnpm --filter @aws-starter-kit/worker bundle': { says: /index\.mjs: [\d.]+ KB, gzip/ },
  'node --no-allocation-site-pretenuring --import ./tracing.mjs dist/main.js': {
    by: 'apps/api/test/telemetry/tracing.long.test.ts',
  },
  'pnpm build && pnpm --filter @aws-starter-kit/client pack': { by: 'apps/client/test/packed-client.long.test.ts' },
  'pnpm demo': { by: 'apps/client/test/demo-output.long.test.ts' },
  'pnpm demo --help': { folder: 'apps/client', says: /Calls every procedure/ },
  'pnpm bench model': { less: '--scale 0.01 --only ours --operations getById', says: /getById/ },
  'pnpm bench model --save': { by: 'pnpm bench model' },
  'pnpm bench model --only "ours,aws-lite" --operations getById,update --scale 0.2': { by: 'pnpm bench model' },
  'pnpm bench token': { says: /RS256/ },
  'pnpm bench cost': { says: /getById/i },
  'pnpm bench sharding': { less: '--help', says: /--save/ },
  'pnpm bench sharding --simulate': { says: /Gain and cost of sharded index keys/ },
  'pnpm bench scale': { less: '--help', says: /--save/ },
  'pnpm bench api': { less: '--help', says: /--save/ },
  'pnpm bench far': { less: '--help', says: /--save/ },
  'pnpm bench start': { less: '--help', says: /--save/ },
  'pnpm bench lambda': { less: '--help', says: /--save/ },
  'pnpm bench types': { less: '--help', says: /--save/ },
  'pnpm --filter @aws-starter-kit/example-react dev': { until: /http:\/\/localhost:\d+/ },
  'pnpm gen entity product --fields "name:string price:number sku:string:unique category:string:index" --dry-run': {
    shownIn: 'packages/generator/README.md',
  },
  'pnpm gen entity product --fields "name:string price:number sku:string:unique category:string:index"': generated,
  'pnpm gen entity issue --fields "title:string status:enum(open,closed) priority:integer dueOn:date?" --index "status,updatedAt desc" --index "priority,dueOn"':
    { by: 'packages/generator/test/plan.test.ts' },
  'pnpm gen entity order --fields "status:enum(open,paid):index note:text? dueAt:datetime"': generated,
  'pnpm gen entity ticket --within organisation --fields "title:string status:enum(open,closed):index"': generated,
  'pnpm gen entity orderItem --belongs-to order --fields "sku:string quantity:integer"': generated,
  'pnpm iam roles': { says: /doctor-fix +pnpm db:doctor --fix/ },
  'pnpm iam print api --account 111122223333': { says: /"dynamodb:PartiQLDelete"/ },
  'pnpm iam print worker --account 111122223333 --table users': { says: /table\/users\/stream/ },
  'pnpm iam print doctor-fix --account 111122223333': { says: /"dynamodb:Scan"/ },
  'pnpm iam print table --format cloudformation': { says: /AWS::IAM::ManagedPolicy/ },
  'pnpm mcp --port 3100': { less: '--port 0', until: /MCP at http/ },
  'pnpm mcp --port 3100 --host 0.0.0.0 --public-url https://api.example.com/mcp --url https://api.example.com': {
    less: '--port 0 --host 127.0.0.1',
    until: /MCP at http/,
  },
  'pnpm openapi': { says: /"openapi":\s*"3\.1/ },
  'pnpm openapi --out .local/openapi.json --server https://api.example.com': {},
  'pnpm soak': { less: '--operations 200', says: /violations 0/ },
  'pnpm soak --seed 10 --operations 60000': { by: 'pnpm soak' },
  'pnpm soak --operations 2000 --engine dynamodb-local': { by: 'packages/dynamo-history/test/history.load.test.ts' },
  'pnpm soak --operations 4000 --plant look-up-then-put': {
    by: 'packages/dynamo-history/test/planted-bugs.long.test.ts',
  },
  'pnpm soak --check history-….json': { by: 'packages/dynamo-history/test/planted-bugs.long.test.ts' },
  'pnpm test:long packages/dynamo-history': ci,
  'pnpm db:doctor': { says: /In table/, after: 'pnpm table create' },
  'pnpm db:doctor --fix': { says: /Nothing is wrong|All findings are repaired/ },
  'pnpm table print': { says: /"TableName"/ },
  'pnpm table print --format cloudformation': { says: /AWS::DynamoDB::Table/ },
  'pnpm table create': { says: /is created|exists already/ },
  'pnpm table check': { less: '--json --stream on --ttl expiresAt || true', says: /"differences"/ },
  'pnpm table update': { less: '--yes', says: /has GSI1,? .*already/ },
  'pnpm table stream': { says: /has a stream/ },
  'pnpm table ttl expiresAt': { says: /expire by expiresAt/ },
  'pnpm table mark': { says: /is marked|was marked already/ },
  'aws dynamodb update-table --table-name users-production --on-demand-throughput MaxReadRequestUnits=-1,MaxWriteRequestUnits=-1':
    aws,
  'aws dynamodb update-contributor-insights --table-name users-production --contributor-insights-action ENABLE --contributor-insights-mode THROTTLED_KEYS':
    aws,
  'aws dynamodb describe-continuous-backups --table-name users-production': aws,
  'aws dynamodb restore-table-to-point-in-time --source-table-name users-production --target-table-name users-restored --restore-date-time 2026-01-31T10:00:00Z':
    aws,
  'aws dynamodb describe-table --table-name users-restored': aws,
  'aws dynamodb update-continuous-backups --table-name users-restored --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true':
    aws,
  'aws dynamodb update-table --table-name users-restored --deletion-protection-enabled': aws,
  'aws dynamodb update-table --table-name users-production --sse-specification Enabled=true,SSEType=KMS,KMSMasterKeyId=alias/users-2':
    aws,
  'aws dynamodb describe-table --table-name users-production': aws,
  'pnpm table ttl expiresAt --table users-restored --aws': restore,
  'pnpm table stream --table users-restored --aws': restore,
  'pnpm table update --table users-restored --aws': restore,
  'pnpm table check --table users-restored --stream on --aws': restore,
  'pnpm db:doctor --table users-restored --aws': restore,
  'pnpm db:doctor --table users-restored --aws --fix': restore,
  'pnpm users personal-data erase --recorded .local/erasures.ndjson --table users-restored --aws': restore,
  'pnpm users personal-data erase --recorded .local/erasures.ndjson': personalData,
  'pnpm users personal-data export ada@example.com --out ada.json': personalData,
  'pnpm users personal-data erase 3f9c6a52-1d2e-4b7a-9c64-0a4f6a1b2c3d': personalData,
  'pnpm users get 3f9c6a52-1d2e-4b7a-9c64-0a4f6a1b2c3d': { by: 'packages/users-cli/test/commands.long.test.ts' },
  'pnpm cost': { says: /users\.create +0 +8/ },
  'pnpm cost --calls users.getById=10M,users.create=200k --no-lambda --json': { says: /"total"/ },
  'pnpm load --url https://api.staging.example.com --token-file .local/staging-token --rate 20 --duration 60': {
    by: 'packages/operations/test/commands.long.test.ts',
  },
  'pnpm engine --memory --port 0 -- node my-script.js': { says: /^http:/m },
  'docker build --tag aws-starter-kit-api .': container,
  'docker buildx build --platform linux/amd64,linux/arm64 --tag aws-starter-kit-api .': container,
  'docker run --read-only --cap-drop ALL --security-opt no-new-privileges --user 65532:65532 --publish 127.0.0.1:3000:3000 --env-file production.env aws-starter-kit-api':
    container,
  'docker compose up --detach dynamodb': container,
  'AWS_ENDPOINT_URL=http://127.0.0.1:8000 pnpm dev': { by: 'npx pnpm dev' },
  'docker compose up --build --detach': container,
  "docker compose exec -T api /nodejs/bin/node -p \"'Authorization: Bearer ' + fs.readFileSync('/run/api/token', 'utf8')\" | curl -H @- http://127.0.0.1:3000/trpc/users.count":
    container,
  'pnpm --filter @aws-starter-kit/infra exec cdk bootstrap aws://111122223333/us-east-1': deployment,
  'pnpm synth': infra,
  'pnpm deploy staging': infra,
  'pnpm run deploy staging --plan': infra,
  'pnpm run deploy staging --yes': infra,
  'pnpm run destroy staging': infra,
  'pnpm table mark --table aws-starter-kit-staging --aws': { by: 'packages/table/test/cli.long.test.ts' },
  'aws cognito-idp admin-create-user --user-pool-id us-east-1_EXAMPLE --username ada@example.com --user-attributes Name=email,Value=ada@example.com Name=email_verified,Value=true --message-action SUPPRESS':
    deployment,
  'aws cognito-idp admin-set-user-password --user-pool-id us-east-1_EXAMPLE --username ada@example.com --password "$PASSWORD" --permanent':
    deployment,
  'aws cognito-idp admin-add-user-to-group --user-pool-id us-east-1_EXAMPLE --username ada@example.com --group-name users:admin':
    deployment,
  'aws cognito-idp admin-initiate-auth --user-pool-id us-east-1_EXAMPLE --client-id EXAMPLE --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters USERNAME=ada@example.com,PASSWORD="$PASSWORD" --query AuthenticationResult.AccessToken --output text':
    deployment,
};
