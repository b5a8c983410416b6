using BenchFleet.Core.Devices;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Policy;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Tests.Policy;

public sealed class LeasePolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly IdleDevice Idle = new(Guid.NewGuid(), DeviceHealth.Healthy, null, new HashSet<string>());

    [Fact]
    public void Interactive_work_goes_before_a_backlog_of_100_000()
    {
        var policy = new LeasePolicy();
        ReadyWork[] pending = [.. Enumerable.Range(0, 100_000).Select(i => Work(rank: i)), Work() with { Priority = PriorityClass.Interactive, QueuedAt = Start.AddDays(1) }];

        Assert.Equal(PriorityClass.Interactive, policy.Choose(Idle, pending, Start.AddDays(1))!.Priority);
    }

    [Fact]
    public void Backfill_that_waited_long_counts_as_normal_and_never_as_interactive()
    {
        Assert.Equal(PriorityClass.Backfill, PriorityOrder.Aged(PriorityClass.Backfill, TimeSpan.FromMinutes(59)));
        Assert.Equal(PriorityClass.Normal, PriorityOrder.Aged(PriorityClass.Backfill, TimeSpan.FromDays(9)));
        Assert.Equal(PriorityClass.Normal, PriorityOrder.Aged(PriorityClass.Normal, TimeSpan.FromDays(9)));
    }

    [Fact]
    public void A_flood_of_interactive_work_leaves_a_trickle_to_the_rest()
    {
        var (policy, backfill) = (new LeasePolicy(), 0);
        for (var i = 0; i < 320; i++)
        {
            var chosen = policy.Choose(Idle, [Work() with { Priority = PriorityClass.Backfill }, Work() with { Priority = PriorityClass.Interactive }], Start)!;
            policy.Leased(chosen);
            if (chosen.Priority == PriorityClass.Backfill) backfill++;
        }

        Assert.Equal(10, backfill);
    }

    [Fact]
    public void Sweeps_of_a_project_take_turns()
    {
        var policy = new LeasePolicy();
        Guid[] sweeps = [Guid.NewGuid(), Guid.NewGuid()];
        var pending = sweeps.SelectMany((sweep, i) => Enumerable.Range(0, 10).Select(_ => Work() with { Sweep = sweep, QueuedAt = Start.AddHours(i) })).ToList();
        var order = new List<Guid>();

        for (var i = 0; i < 10; i++)
        {
            var chosen = policy.Choose(Idle, pending, Start)!;
            policy.Leased(chosen);
            pending.Remove(chosen);
            order.Add(chosen.Sweep);
        }

        Assert.Equal(5, order.Count(sweep => sweep == sweeps[0]));
    }

    [Fact]
    public void What_the_device_has_already_goes_first_but_not_for_ever()
    {
        var policy = new LeasePolicy();
        var device = Idle with { Artifacts = new HashSet<string> { "near" } };
        var far = Work() with { Artifact = "far" };
        var order = new List<string?>();

        for (var i = 0; i < LeasePolicy.MaxSkips + 1; i++)
        {
            var chosen = policy.Choose(device, [far, Work(rank: 1) with { Artifact = "near" }], Start)!;
            policy.Leased(chosen);
            order.Add(chosen.Artifact);
        }

        Assert.Equal([.. Enumerable.Repeat("near", LeasePolicy.MaxSkips), "far"], order);
    }

    [Fact]
    public void Work_that_failed_on_a_device_leaves_it_to_another_while_there_is_other_work()
    {
        var policy = new LeasePolicy();
        var (failed, other) = (Work() with { LastFailedDevice = Idle.Id }, Work(rank: 1));

        Assert.Equal(other, policy.Choose(Idle, [failed, other], Start));
        Assert.Equal(failed, policy.Choose(Idle, [failed], Start));
        Assert.Equal(failed, policy.Choose(Idle with { Id = Guid.NewGuid() }, [failed, other], Start));
    }

    [Fact]
    public void Every_reason_to_wait_is_named()
    {
        var policy = new LeasePolicy();
        policy.SetShares([new ProjectShare("spent", 1, 60, 61)]);

        var (served, waiting) = (Work() with { Project = "served" }, Work() with { Project = "waiting" });
        policy.Leased(served);
        var next = policy.NextProjects([served, waiting]);

        string Why(ReadyWork work, params IdleDevice[] devices) => policy.Why("cpu/x64", work, devices, next).Text;

        Assert.Equal("no device of class cpu/x64 that could do it is online", Why(Work()));
        Assert.StartsWith("quota", Why(Work() with { Project = "spent" }, Idle), StringComparison.Ordinal);
        Assert.StartsWith("quarantined", Why(Work(), Idle with { Health = DeviceHealth.Quarantined }), StringComparison.Ordinal);
        Assert.StartsWith("reserved", Why(Work(), Idle with { ReservedProject = "other" }), StringComparison.Ordinal);
        Assert.StartsWith("fair share: project 'waiting'", Why(served, Idle), StringComparison.Ordinal);
        Assert.StartsWith("waits for its turn (normal)", Why(waiting, Idle), StringComparison.Ordinal);
    }

    private static ReadyWork Work(int rank = 0) => new(
        Guid.NewGuid(), 0, WorkKind.Prepare, "any", "default", PriorityClass.Normal, Guid.Empty, Start, rank, Start, 10, null, null);
}
