namespace BenchFleet.Scheduling.Coordinators;

/// <summary>
/// Finds the coordinator of a key, on whatever node it lives. The contract of every host: <b>at most one fenced writer per key</b>. A second
/// coordinator of one key may come to life at any time (two servers on one database, a cluster whose members disagree); it raises the key's
/// epoch, and whatever the former one still writes is refused by the database. So a host never has to prevent two, only to prefer one.
/// </summary>
/// <remarks>
/// What a host does with a coordinator: activate it (<c>PoolShards.Activate(key)</c>) at its first call; pass calls to it, several at a
/// time if it likes (coordinators guard their own memory and write in batches); drop it when a call ends with <see cref="PoolFencedException"/>,
/// activate anew and call once more; call <see cref="IPoolShard.Tick"/> about every <see cref="Engine.EngineOptions.Rescue"/>. Nothing has
/// to be saved when one is dropped: the database has everything.
/// </remarks>
public interface ICoordinatorHost
{
    IPoolShard Pool(PoolKey key);

    /// <summary>Plan this sweep again soon, one plan at a time; posting it many times before that is as good as once.</summary>
    void Poke(Guid sweep);

    /// <summary>There may be work for somebody: shards look again, and parked requests of every node ask again. A hint.</summary>
    void WorkReady();

    /// <summary>Sessions, cancelled work, quotas or reservations may have changed: shards read them again at their next request. A hint.</summary>
    void Recheck();
}
