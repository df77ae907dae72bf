/* What sim/exam may know of a sim beyond its public face. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "cluster/cluster.h"
#include "host/shell.h"
#include "svcsim/sim.h"

struct cluster *sim_cluster(struct sim *sim);
struct shell *sim_shell(struct sim *sim);
/* Lines and undoing begin anew: what was done before was not the learner. */
void sim_forget_history(struct sim *sim);

#endif
