import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AvailabilityZoneRebalancing,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnOutput, Duration, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type ApiContext, apiEnvironment } from './api-environment.js';
import { removalPolicy } from './protection.js';
import type { FargateSettings, Settings } from './settings.js';
import { addTableRole } from './table-role.js';

const port = 3000;
/** `DRAIN_MS` of the API. Requests in flight then get 6 s more, and the process exits within 10 s of SIGTERM. */
const drainMs = 2000;
const drainSeconds = 10;
const stopSeconds = 30;

export interface FargateApi {
  readonly kind: 'fargate';
  readonly url: string;
  readonly logGroup: LogGroup;
  readonly service: FargateService;
  readonly balancer: ApplicationLoadBalancer;
  readonly targets: ApplicationTargetGroup;
}

/** Adds the API on Fargate, in private subnets, behind a load balancer with a TLS listener only. */
export function addFargateApi(
  scope: Construct,
  context: ApiContext,
  { imageFolder, api }: { imageFolder: string; api: FargateSettings },
): FargateApi {
  const { settings } = context;
  const vpc = addNetwork(scope, api, settings);
  const balancer = addBalancer(scope, vpc);
  const { task, logGroup } = addTask(scope, context, { imageFolder, api, vpc });
  const group = new SecurityGroup(scope, 'TaskGroup', {
    vpc,
    description: 'Tasks of the API: reached by the load balancer, reach AWS and the issuer over TLS',
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS and the keys of the issuer');
  const service = new FargateService(scope, 'Service', {
    cluster: new Cluster(scope, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED }),
    taskDefinition: task,
    desiredCount: api.minTasks,
    securityGroups: [group],
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    assignPublicIp: false,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
    healthCheckGracePeriod: Duration.seconds(30),
    enableExecuteCommand: false,
  });
  const targets = addTargets(scope, { vpc, balancer, service, certificateArn: api.certificateArn });
  const tasks = service.autoScaleTaskCount({ minCapacity: api.minTasks, maxCapacity: api.maxTasks });
  tasks.scaleOnCpuUtilization('ByCpu', { targetUtilizationPercent: 60, scaleInCooldown: Duration.minutes(5) });
  tasks.scaleOnRequestCount('ByRequests', { targetGroup: targets, requestsPerTarget: 20_000 }); // a minute
  new CfnOutput(scope, 'LoadBalancerName', {
    description: `Target of the DNS record of ${api.domainName}`,
    value: balancer.loadBalancerDnsName,
  });
  return { kind: 'fargate', url: `https://${api.domainName}`, logGroup, service, balancer, targets };
}

/**
 * Traffic to DynamoDB, and to S3 for image layers, uses gateway endpoints, which cost nothing. All other traffic uses
 * NAT gateways. Interface endpoints could not replace them, since the keys of an issuer are on the internet.
 */
function addNetwork(scope: Construct, { natGateways }: FargateSettings, settings: Settings): Vpc {
  const vpc = new Vpc(scope, 'Vpc', {
    ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
    maxAzs: 2,
    natGateways,
    subnetConfiguration: [
      { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
    ],
  });
  for (const name of ['DYNAMODB', 'S3'] as const)
    vpc.addGatewayEndpoint(name, { service: GatewayVpcEndpointAwsService[name] });
  const log = new LogGroup(scope, 'FlowLog', {
    retention: settings.logRetentionDays,
    removalPolicy: removalPolicy(settings.isProtected),
  });
  vpc.addFlowLog('Rejected', {
    destination: FlowLogDestination.toCloudWatchLogs(log),
    trafficType: FlowLogTrafficType.REJECT,
  });
  return vpc;
}

function addBalancer(scope: Construct, vpc: Vpc): ApplicationLoadBalancer {
  const group = new SecurityGroup(scope, 'BalancerGroup', {
    vpc,
    description: 'The load balancer: reached over TLS from everywhere, reaches the tasks',
    allowAllOutbound: false,
  });
  group.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'The API is public; it checks the token of each call');
  const balancer = new ApplicationLoadBalancer(scope, 'Balancer', {
    vpc,
    vpcSubnets: { subnetType: SubnetType.PUBLIC },
    internetFacing: true,
    securityGroup: group,
    dropInvalidHeaderFields: true,
    idleTimeout: Duration.seconds(60), // shorter than the keep-alive timeout of the API, 61 s
  });
  Validations.of(group).acknowledge({
    id: 'AwsSolutions-EC23',
    reason: 'The API is public. It checks the token of each call, and limits the requests of each network.',
  });
  Validations.of(balancer).acknowledge({
    id: 'AwsSolutions-ELB2',
    reason:
      'Access logs of a load balancer contain whole URLs, and the query of a GET call may contain an email. The API logs each call without personal data, and its audit trail has the callers.',
  });
  return balancer;
}

function addTask(
  scope: Construct,
  context: ApiContext,
  { imageFolder, api, vpc }: { imageFolder: string; api: FargateSettings; vpc: Vpc },
) {
  const { settings, table } = context;
  const role = addTableRole(scope, 'TaskRole', {
    service: 'ecs-tasks.amazonaws.com',
    code: 'api',
    table,
    streamArn: settings.liveChanges ? table.streamArn : undefined,
    isTraced: false,
    rateLimitTableArn: context.rateLimitTable?.tableArn,
  });
  const task = new FargateTaskDefinition(scope, 'Task', {
    cpu: api.cpu,
    memoryLimitMiB: api.memoryMb,
    taskRole: role,
    runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
  });
  const logGroup = new LogGroup(scope, 'ApiLog', {
    retention: settings.logRetentionDays,
    removalPolicy: removalPolicy(settings.isProtected),
  });
  task.addContainer('api', {
    image: ContainerImage.fromAsset(imageFolder, { platform: Platform.LINUX_ARM64 }),
    portMappings: [{ containerPort: port }],
    readonlyRootFilesystem: true,
    // ECS ignores the health check of the image
    healthCheck: {
      command: ['CMD', '/nodejs/bin/node', 'dist/healthcheck.js'],
      interval: Duration.seconds(15),
      timeout: Duration.seconds(3),
      startPeriod: Duration.seconds(20),
    },
    stopTimeout: Duration.seconds(stopSeconds),
    logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'api' }),
    environment: {
      ...apiEnvironment(context),
      AWS_REGION: settings.region,
      HOST: '0.0.0.0',
      PORT: String(port),
      DRAIN_MS: String(drainMs),
      TRUST_PROXY: vpc.publicSubnets.map(({ ipv4CidrBlock }) => ipv4CidrBlock).join(','), // the load balancer is in these subnets
    },
  });
  Validations.of(task).acknowledge(
    {
      id: 'AwsSolutions-ECS2',
      reason:
        'The variables contain names, limits and public URLs. The API has no secrets: it signs requests with the credentials of its role.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'The execution role needs ecr:GetAuthorizationToken, which cannot be limited to a repository. Its other statements name their resources.',
    },
  );
  return { task, logGroup };
}

function addTargets(
  scope: Construct,
  {
    vpc,
    balancer,
    service,
    certificateArn,
  }: { vpc: Vpc; balancer: ApplicationLoadBalancer; service: FargateService; certificateArn: string },
): ApplicationTargetGroup {
  const targets = new ApplicationTargetGroup(scope, 'Targets', {
    vpc,
    targetType: TargetType.IP,
    protocol: ApplicationProtocol.HTTP,
    port,
    targets: [service],
    deregistrationDelay: Duration.seconds(drainSeconds),
    // not /readyz: ECS replaces tasks that fail this check, which does not help during an outage of the database
    healthCheck: {
      path: '/livez',
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
    },
  });
  balancer.addListener('Tls', {
    port: 443,
    protocol: ApplicationProtocol.HTTPS,
    certificates: [Certificate.fromCertificateArn(scope, 'Certificate', certificateArn)],
    sslPolicy: SslPolicy.RECOMMENDED_TLS,
    defaultTargetGroups: [targets],
    open: false, // its security group allows the traffic explicitly
  });
  return targets;
}
