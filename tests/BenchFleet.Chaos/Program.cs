using System.Globalization;
using BenchFleet.Chaos;
using BenchFleet.Chaos.Agents;
using BenchFleet.Chaos.Nodes;

// dotnet run -c Release --project tests/BenchFleet.Chaos -- run|cluster [CYCLES] [SEED] [WORK ITEMS] [MINUTES]
switch (args)
{
    case ["node", var host, var listen, var database, var data]:
        return await NodeProgram.Run(host == NodeProgram.ClusterHost, listen, database, data);
    case ["agents", var servers, var folder, var count, var seed, var longestWork]:
        return await AgentsProgram.Run(
            servers.Split(','), folder, int.Parse(count, CultureInfo.InvariantCulture), ulong.Parse(seed, CultureInfo.InvariantCulture),
            double.Parse(longestWork, CultureInfo.InvariantCulture));
    case ["run" or "cluster", .. var rest]:
        var numbers = rest.Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var plan = ChaosPlan.Of(
            cycles: numbers is [var cycles, ..] ? cycles : 200,
            seed: (ulong)(numbers is [_, var given, ..] ? given : 1),
            workItems: numbers is [_, _, var items, ..] ? items : 5_000);
        plan = plan with { Cluster = args[0] == "cluster" };
        if (numbers is [_, _, _, var minutes]) plan = plan with { Limit = TimeSpan.FromMinutes(minutes) };
        var result = await ChaosRun.Run(plan, Console.Out.WriteLine);
        Console.WriteLine(result.Text);
        return result.Report.IsSound ? 0 : 1;
    default:
        Console.Error.WriteLine("run|cluster [CYCLES] [SEED] [WORK ITEMS] [MINUTES]");
        return 2;
}
