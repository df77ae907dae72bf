/*
 * ResourceQuotas' status: what is allowed and how much of it is used (pkg/controller/resourcequota).
 */
#include "control/controllers.h"
#include "control/workload.h"
#include "server/quota.h"

static void
write_status(struct server *server, const struct object *quota)
{
	struct object *changed = object_copy(quota);
	struct value *status = value_map(&changed->arena);
	const struct value *hard = value_get(value_get(changed->root, "spec"), "hard");

	if (hard)
		value_set(&changed->arena, status, "hard", value_copy(&changed->arena, hard));
	value_set(&changed->arena, status, "used", quota_used(server, quota, &changed->arena));
	value_set(&changed->arena, changed->root, "status", status);
	server_write(server, changed);
}

static int64_t
reconcile(struct server *server)
{
	object_vec quotas = VEC_INIT;

	workload_list(server, "ResourceQuota", NULL, &quotas);
	for (size_t i = 0; i < quotas.n; i++)
		write_status(server, quotas.v[i]);
	workload_list_release(&quotas);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "ResourceQuota", "Pod", "Service", "ConfigMap", "Secret",
	"ReplicationController", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Ingress",
	NULL };
const struct controller controller_quota = { "quota", watches, reconcile, NULL };
