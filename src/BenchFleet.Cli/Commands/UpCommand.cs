using System.CommandLine;
using System.Net;
using BenchFleet.Agent;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Hosting;
using BenchFleet.Cluster;
using BenchFleet.Server;

namespace BenchFleet.Cli.Commands;

/// <summary>benchfleet up: a server, and unless told otherwise an agent for this machine, until Ctrl-C.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen") { Description = $"Address to listen on; beyond loopback a token is needed ({ServerOption.TokenVariable})", DefaultValueFactory = _ => ServerOption.DefaultAddress };
        var data = new Option<string>("--data") { Description = "Data folder: database and artefacts", DefaultValueFactory = _ => DataFolder.Default };
        var database = new Option<string?>("--database") { Description = "PostgreSQL connection string; default: SQLite in the data folder" };
        var certificate = new Option<string?>("--certificate") { Description = "PEM file of the certificate for an https address" };
        var certificateKey = new Option<string?>("--certificate-key") { Description = "PEM file of its private key; default: the certificate's own file" };
        var artifacts = new Option<string?>("--artifacts") { Description = "Where artefacts are kept instead of in the data folder: s3://bucket/prefix, with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" };
        var endpoint = new Option<Uri?>("--s3-endpoint") { Description = "Address of an S3-compatible store; default: Amazon's" };
        var noAgent = new Option<bool>("--no-agent") { Description = "Start no agent for this machine" };
        var cluster = new Option<bool>("--cluster") { Description = "Join the other servers on the same --database as one cluster" };
        var silo = new Option<string?>("--silo") { Description = "Address and port at which the other servers of the cluster reach this one; default: loopback and a free port" };
        var command = new Command("up", "Starts a server with an agent for this machine") { listen, data, database, certificate, certificateKey, cluster, silo, artifacts, endpoint, noAgent };
        foreach (var keep in KeepOptions.All) command.Options.Add(keep);
        command.SetAction(async (parsed, cancel) =>
        {
            if (!TryNode(parsed.GetValue(cluster), parsed.GetValue(silo), parsed.GetValue(database), out var node))
                return Complaint.Say(ExitCode.Usage, $"'{parsed.GetValue(silo)}' is no address between servers: address:port is expected, with --cluster.");
            using var folder = DataFolder.At(parsed.GetValue(data));
            var options = KeepOptions.Apply(parsed, new ServerOptions(folder.Path)
            {
                Cluster = node,
                Artifacts = parsed.GetValue(artifacts),
                S3Endpoint = parsed.GetValue(endpoint),
                Urls = [parsed.GetValue(listen)!],
                PostgreSql = parsed.GetValue(database),
                Token = ServerOption.Token,
                Certificate = parsed.GetValue(certificate),
                CertificateKey = parsed.GetValue(certificateKey),
            });
            var (fleet, refused) = await LocalFleet.Start(options, parsed.GetValue(noAgent) ? null : AgentOptions.Local(folder.Path), cancel);
            if (fleet is null) return refused;
            await using (fleet)
            {
                if (node is not null) Console.Out.WriteLine($"A node of the cluster '{node.Name}', on Orleans {ClusterEngine.Version}.");
                Console.Out.WriteLine($"BenchFleet is up at {fleet.Address}, data in {folder.Path}. Ctrl-C stops it.");
                await LocalFleet.Until(cancel);
                return ExitCode.Ok;
            }
        });
        return ExampleHelp.Give(command, "benchfleet up --data ./data\nbenchfleet up --cluster --database \"Host=db;Database=benchfleet\" --silo 10.0.0.5:5211");
    }

    /// <summary>No node without --cluster; false when what was given does not say one.</summary>
    private static bool TryNode(bool cluster, string? silo, string? database, out ClusterSettings? node)
    {
        node = cluster ? new ClusterSettings(database ?? "") : null;
        if (silo is null) return true;
        if (node is null || !IPEndPoint.TryParse(silo, out var address)) return false;
        node = node with { Silo = address };
        return true;
    }
}
