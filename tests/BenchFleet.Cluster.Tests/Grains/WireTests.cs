using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using BenchFleet.Cluster.Grains;
using BenchFleet.Cluster.Hosting;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Policy;
using BenchFleet.Storage.Work;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Given = BenchFleet.Storage.Tests.Databases.Given;

namespace BenchFleet.Cluster.Tests.Grains;

/// <summary>What crosses between nodes: nothing is lost on the way, and nodes of unlike versions, as in an upgrade, agree on it.</summary>
public sealed class WireTests
{
    private static readonly DateTimeOffset Now = new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero).AddTicks(1234567);
    private static readonly Guid Id = new("00000000-0000-0000-0000-00000000000a");

    public static TheoryData<object> Messages =>
    [
        new LeaseAsk(Id, Id, Id, [Id], int.MaxValue),
        new LeaseReply([new WorkLease(Id, 3, Id, Id, "block 3", Given.Measure(Id, 3, Given.Trial(Id, Id)).Order, Now)], Busy: true),
        new RenewAsk(Id, Id, [new LeaseRenewal(Id, 3, "working", 0.25)]),
        new RenewReply([new LostLease(Id, 3)]),
        new CommitAsk(Id, Id,
        [
            new AttemptOutcome(Id, 1, Given.Prepared()), new AttemptOutcome(Id, 2, Given.Evaluated()),
            new AttemptOutcome(Id, 3, Given.Failed(FailureKind.Device)),
        ]),
        new CommitReply([new Committed(CommitResult.Superseded, []), new Committed(CommitResult.Committed, [Id])]),
        new TickReply(1, [Id], 2),
        new PoolView("cpu#0", 7, 1, 0, 1, [new WaitView(Id, Id, "default", WaitCause.Quota, "quota")]),
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_arrives_as_it_was_sent(object message)
    {
        using var services = new ServiceCollection().AddSerializer(SiloSetup.AddWire).BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();

        var arrived = serializer.Deserialize<object>(serializer.SerializeToArray(message));

        Assert.IsType(message.GetType(), arrived);
        Assert.Equal(CanonicalJson.Write(message), CanonicalJson.Write(arrived));
    }

    [Fact]
    public void Every_message_has_an_example()
    {
        Assert.Equal(WireCodec.Types.Select(type => type.Name).Order(), Messages.Cast<object[]>().Select(row => row[0].GetType().Name).Order());
    }

    /// <summary>A field may be added at the end of a record and read as optional; all else is for a version that no older node knows. BENCHFLEET_APPROVE=1
    /// writes the file anew.</summary>
    [Fact]
    public void The_contract_between_nodes_is_the_approved_one()
    {
        var text = new StringBuilder();
        foreach (var grain in new[] { typeof(IPoolGrain), typeof(ISweepGrain), typeof(INodeService) })
            foreach (var method in grain.GetMethods())
                text.Append($"{Alias(grain)} {Alias(method)}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})\n");
        foreach (var type in WireCodec.Types)
            text.Append($"{type.Name}({string.Join(", ", type.GetConstructors()[0].GetParameters().Select(field => field.Name))})\n");

        var approved = Approved();
        if (Environment.GetEnvironmentVariable("BENCHFLEET_APPROVE") == "1") File.WriteAllText(approved, text.ToString());
        Assert.Equal(File.ReadAllText(approved), text.ToString());
    }

    private static string Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()!.Alias;

    private static string Approved([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "nodes.approved.txt");
}
