/* The subverbs of create. */
#ifndef KUBECTL_VERB_CREATE_H
#define KUBECTL_VERB_CREATE_H

#include "kubectl/kubectl.h"

extern const struct verb verb_create_clusterrole, verb_create_clusterrolebinding, verb_create_configmap,
	verb_create_cronjob, verb_create_deployment, verb_create_ingress, verb_create_job, verb_create_namespace,
	verb_create_pdb, verb_create_priorityclass, verb_create_quota, verb_create_role, verb_create_rolebinding,
	verb_create_secret, verb_create_service, verb_create_serviceaccount, verb_create_token;

#endif
