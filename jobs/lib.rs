//! What works later: queues, mail, chat and outgoing calls belong here and nowhere else. No job is due
//! yet: what this version does beside answering (draining, partitions, sweeping) is the serving process's own.
