import { type Alarm, AlarmStatusWidget, AlarmWidget, Dashboard, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

const width = 8; // of 24 columns

/** Adds a dashboard with the state of all alarms, and a graph of each with its threshold. */
export function addDashboard(scope: Construct, name: string, alarms: readonly Alarm[]): void {
  const dashboard = new Dashboard(scope, 'Dashboard', {
    dashboardName: name,
    defaultInterval: Duration.hours(3),
    periodOverride: PeriodOverride.AUTO,
  });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 }));
  dashboard.addWidgets(
    ...alarms.map(
      (alarm) => new AlarmWidget({ alarm, title: titleOf(alarm), width, height: 6, leftYAxis: { min: 0 } }),
    ),
  );
}

/** `Alarm-CallsSlow` is shown as `Calls slow`. */
const titleOf = ({ node: { id } }: Alarm) => {
  const words = id.replace(/^Alarm-/, '').replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return words.charAt(0) + words.slice(1).toLowerCase();
};
