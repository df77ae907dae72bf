/*
 * The strategies, one row a kind, and what the pipeline has to know of kinds beside.  A new strategy is a file
 * server/<kind>.c that exports its row, and a line here.
 */
#include "server/strategy.h"

#include <string.h>

static const struct strategy *const strategies[] = {
	&strategy_configmap,
	&strategy_crd,
	&strategy_cronjob,
	&strategy_daemonset,
	&strategy_deployment,
	&strategy_endpoints,
	&strategy_endpointslice,
	&strategy_event,
	&strategy_gateway,
	&strategy_gatewayclass,
	&strategy_grpcroute,
	&strategy_hpa,
	&strategy_httproute,
	&strategy_ingress,
	&strategy_ingressclass,
	&strategy_job,
	&strategy_namespace,
	&strategy_networkpolicy,
	&strategy_node,
	&strategy_pdb,
	&strategy_pod,
	&strategy_quota,
	&strategy_referencegrant,
	&strategy_replicaset,
	&strategy_replicationcontroller,
	&strategy_secret,
	&strategy_service,
	&strategy_statefulset,
};

const struct strategy *
strategy_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof strategies / sizeof *strategies; i++) {
		if (!strcmp(strategies[i]->kind, kind->kind))
			return strategies[i];
	}
	return NULL;
}

static const struct traits traits[] = {
	{ .kind = "CronJob", .group = "batch", .generation = true },
	{ .kind = "CustomResourceDefinition", .group = "apiextensions.k8s.io", .generation = true },
	{ .kind = "DaemonSet", .group = "apps", .generation = true },
	{ .kind = "Deployment", .group = "apps", .generation = true },
	{ .kind = "EndpointSlice", .group = "discovery.k8s.io", .generation = true, .counts_labels = true },
	{ .kind = "Endpoints", .group = "", .create_on_update = true, .registry = "services/endpoints" },
	{ .kind = "Gateway", .group = "gateway.networking.k8s.io", .generation = true },
	{ .kind = "GatewayClass", .group = "gateway.networking.k8s.io", .generation = true },
	{ .kind = "GRPCRoute", .group = "gateway.networking.k8s.io", .generation = true },
	{ .kind = "HTTPRoute", .group = "gateway.networking.k8s.io", .generation = true },
	{ .kind = "Ingress", .group = "networking.k8s.io", .generation = true, .registry = "ingress" },
	{ .kind = "IngressClass", .group = "networking.k8s.io", .generation = true },
	{ .kind = "Job", .group = "batch", .generation = true },
	{ .kind = "NetworkPolicy", .group = "networking.k8s.io", .generation = true },
	{ .kind = "Node", .group = "", .status_given = true, .registry = "minions" },
	{ .kind = "PodDisruptionBudget", .group = "policy", .generation = true },
	{ .kind = "ReferenceGrant", .group = "gateway.networking.k8s.io", .generation = true },
	{ .kind = "ReplicaSet", .group = "apps", .generation = true },
	{ .kind = "ReplicationController", .group = "", .generation = true, .registry = "controllers" },
	{ .kind = "Service", .group = "", .create_on_update = true, .registry = "services/specs" },
	{ .kind = "StatefulSet", .group = "apps", .generation = true },
};

const struct traits *
traits_of(const struct kind *kind)
{
	static const struct traits none;

	for (size_t i = 0; i < sizeof traits / sizeof *traits; i++) {
		if (!strcmp(traits[i].kind, kind->kind) && !strcmp(traits[i].group, kind->group))
			return &traits[i];
	}
	return &none;
}
