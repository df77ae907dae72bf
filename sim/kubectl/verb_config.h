/* The subverbs of config that change the kubeconfig. */
#ifndef KUBECTL_VERB_CONFIG_H
#define KUBECTL_VERB_CONFIG_H

#include "kubectl/kubectl.h"

extern const struct verb verb_config_delete_cluster, verb_config_delete_context, verb_config_delete_user,
	verb_config_rename_context, verb_config_set, verb_config_set_cluster, verb_config_set_context,
	verb_config_set_credentials, verb_config_unset, verb_config_use_context;

#endif
