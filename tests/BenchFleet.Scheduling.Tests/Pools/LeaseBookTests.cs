using BenchFleet.Scheduling.Pools;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Work;
using Given = BenchFleet.Storage.Tests.Databases.Given;

namespace BenchFleet.Scheduling.Tests.Pools;

public sealed class LeaseBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_ended_while_the_database_was_read_is_not_taken_for_held()
    {
        var book = new LeaseBook();
        var readAt = book.BeginReading();
        var (ended, held) = (Held(), Held());

        book.Over(ended.Lease.Work, ended.Lease.Attempt);
        book.Merge([ended, held], readAt, lease => lease.Lease.ExpiresAt);

        Assert.Equal(held.Lease.Work, Assert.Single(book.All).Work);
    }

    private static HeldLease Held() => new(
        new WorkLease(Guid.NewGuid(), 1, Guid.NewGuid(), Guid.NewGuid(), "variant", Given.Prepare().Order, Now.AddSeconds(30)),
        Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Now, "default", 20);
}
