using BenchFleet.Core.Access;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Tests.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage.Tests;

public sealed class AccessOnSqlite() : AccessSuite(TestDatabase.Sqlite);

public sealed class AccessOnPostgres() : AccessSuite(TestDatabase.Postgres);

public abstract class AccessSuite(TestDatabase database) : StorageTest(database)
{
    private static readonly ContentHash Secret = ContentHash.Of("secret");

    private ProjectStore Projects => Services.GetRequiredService<ProjectStore>();

    private KeyStore Keys => Services.GetRequiredService<KeyStore>();

    private EnrolmentStore Enrolments => Services.GetRequiredService<EnrolmentStore>();

    private OwnershipStore Owners => Services.GetRequiredService<OwnershipStore>();

    private HoldStore Holds => Services.GetRequiredService<HoldStore>();

    [StorageFact]
    public async Task There_is_a_default_project_and_a_name_is_taken_once()
    {
        var created = await Projects.Create(new StoredProject("vision", 3, 90, Now), None);
        var again = await Projects.Create(new StoredProject("vision", 1, null, Now), None);

        Assert.Equal((true, false), (created, again));
        Assert.Equal([Project.Default, "vision"], (await Projects.List(None)).Select(project => project.Name));
        Assert.Equal((3, 90), ((await Projects.List(None))[1].Weight, (await Projects.List(None))[1].QuotaDeviceMinutes));
    }

    [StorageFact]
    public async Task A_key_needs_a_project_and_keeps_the_time_of_its_first_revocation()
    {
        var key = new ApiKey(Guid.NewGuid(), Project.Default, Role.Viewer, "ci", Secret, Now, Now.AddDays(1), null, null);

        Assert.False(await Keys.Add(key with { Project = "none" }, None));
        Assert.True(await Keys.Add(key, None));
        await Keys.Revoke(key.Id, Now, None);
        await Keys.Revoke(key.Id, Now.AddHours(1), None);

        Assert.Equal(key with { RevokedAt = Now }, await Keys.Find(key.Id, None));
        Assert.False(await Keys.Revoke(Guid.NewGuid(), Now, None));
    }

    [StorageFact]
    public async Task A_token_lets_one_agent_in_and_the_same_request_again_is_the_same_answer()
    {
        var (token, credential) = (await GivenToken(), Guid.NewGuid());

        Assert.Equal(EnrolResult.Enrolled, await Enrolments.Enrol(token, "bench-1", credential, Secret, Now, None));
        Assert.Equal(EnrolResult.Enrolled, await Enrolments.Enrol(token, "bench-1", credential, Secret, Now.AddDays(9), None));
        Assert.Equal(EnrolResult.TokenRefused, await Enrolments.Enrol(token, "bench-2", Guid.NewGuid(), ContentHash.Of("other"), Now, None));
        Assert.Equal(EnrolResult.TokenRefused, await Enrolments.Enrol(token, "bench-1", credential, ContentHash.Of("other"), Now, None));
        Assert.Equal("bench-1", (await Enrolments.ListTokens(None)).Single().UsedBy);
    }

    [StorageFact]
    public async Task Of_many_who_come_with_one_token_one_gets_in()
    {
        var token = await GivenToken();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            Enrolments.Enrol(token, $"bench-{i}", Guid.NewGuid(), ContentHash.Of($"{i}"), Now, None)));

        Assert.Single(results, EnrolResult.Enrolled);
        Assert.Equal(5, results.Count(result => result == EnrolResult.TokenRefused));
    }

    [StorageFact]
    public async Task A_token_that_expired_or_was_made_up_lets_nobody_in()
    {
        var token = await GivenToken();

        Assert.Equal(EnrolResult.TokenRefused, await Enrolments.Enrol(token, "a", Guid.NewGuid(), Secret, Now.AddHours(1), None));
        Assert.Equal(EnrolResult.TokenRefused, await Enrolments.Enrol(Credential.Create(CredentialKind.EnrolmentToken), "a", Guid.NewGuid(), Secret, Now, None));
    }

    [StorageFact]
    public async Task A_name_is_an_agents_until_it_is_revoked()
    {
        var agent = await GivenEnrolled("bench-1");

        Assert.Equal(EnrolResult.NameTaken, await Enrolments.Enrol(await GivenToken(), "bench-1", Guid.NewGuid(), Secret, Now, None));
        await Enrolments.Revoke(agent.Agent, Now, None);
        Assert.Equal(Now, (await Enrolments.FindCredential(agent.Id, None))!.RevokedAt);
        Assert.Equal(EnrolResult.Enrolled, await Enrolments.Enrol(await GivenToken(), "bench-1", Guid.NewGuid(), Secret, Now, None));
    }

    [StorageFact]
    public async Task After_a_rotation_the_old_credential_is_good_until_the_new_one_is_used()
    {
        var (old, next) = (await GivenEnrolled("bench-1"), Guid.NewGuid());

        Assert.True(await Enrolments.Rotate(old, next, Secret, Now, None));
        Assert.True(await Enrolments.Rotate(old, next, Secret, Now, None));
        Assert.Null((await Enrolments.FindCredential(old.Id, None))!.RevokedAt);
        await Enrolments.Touch((await Enrolments.FindCredential(next, None))!, Now, None);

        Assert.Equal(Now, (await Enrolments.FindCredential(old.Id, None))!.RevokedAt);
        Assert.False(await Enrolments.Rotate(old, Guid.NewGuid(), Secret, Now, None));
    }

    [StorageFact]
    public async Task A_project_sees_what_it_sent_and_the_variants_of_its_sweeps()
    {
        var agent = await GivenAgent();
        var (content, lonely) = (ContentHash.Of("a file"), ContentHash.Of("nobody's"));
        await Owners.Grant(ArtifactOwner.Project("vision"), [content], None);
        var sweep = await GivenSweep(Given.Prepare());
        await Apply(sweep, changes => changes with { Trials = [Given.Trial(sweep, agent.Devices[0], baseline: false)] });
        await Commit(agent, (await Claim(agent))!, Given.Prepared());

        Assert.Equal((true, false), (await Owners.IsVisible("vision", content, None), await Owners.IsVisible(Project.Default, content, None)));
        var variant = Given.Prepared().Bundle;
        foreach (var hash in variant.Contents)
            Assert.Equal((false, true), (await Owners.IsVisible("vision", hash, None), await Owners.IsVisible(Project.Default, hash, None)));
        Assert.False(await Owners.IsVisible(Project.Default, lonely, None));
    }

    [StorageFact]
    public async Task An_agent_sees_the_bundles_of_its_orders_while_it_has_them()
    {
        var agent = await GivenAgent();
        await GivenSweep(Given.Prepare());
        var lease = (await Claim(agent))!;

        Assert.Contains(Given.Model, await Owners.BundlesOf(agent.Agent, None));
        await Commit(agent, lease, Given.Prepared());
        Assert.Empty(await Owners.BundlesOf(agent.Agent, None));
    }

    [StorageFact]
    public async Task What_is_held_is_not_admitted_until_it_is_released()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        await Holds.HoldDevice(new Hold(agent.Devices[0], HoldKind.Quarantined, "hot", Now), None);

        Assert.Equal(agent.Devices[1], Assert.Single(await Holds.Admitted(agent.Agent, [.. agent.Devices], None)));
        await Holds.HoldAgent(new Hold(agent.Agent, HoldKind.Drained, "", Now), None);
        Assert.Empty(await Holds.Admitted(agent.Agent, [.. agent.Devices], None));
        Assert.True((await Holds.ListAgents(None)).Single().Draining);
        await Holds.Release(agent.Agent, None);
        await Holds.Release(agent.Devices[0], None);
        Assert.Equal(agent.Devices, (await Holds.Admitted(agent.Agent, [.. agent.Devices], None)).ToArray());
        Assert.False(await Holds.HoldDevice(new Hold(Guid.NewGuid(), HoldKind.Drained, "", Now), None));
    }

    [StorageFact]
    public async Task The_audit_log_is_newest_first()
    {
        var audit = Services.GetRequiredService<AuditStore>();
        await audit.Add(new AuditEntry(Now, "key a", Project.Default, "SubmitSweep", "/sweeps", 201, "192.0.2.1"), None);
        await audit.Add(new AuditEntry(Now.AddSeconds(1), "key b", Project.Default, "CancelSweep", "/sweeps/1", 200, "192.0.2.2"), None);

        Assert.Equal(["CancelSweep", "SubmitSweep"], (await audit.Newest(5, None)).Select(entry => entry.Action));
        Assert.Single(await audit.Newest(1, None));
    }

    private async Task<Credential> GivenToken()
    {
        var token = Credential.Create(CredentialKind.EnrolmentToken);
        await Enrolments.AddToken(token.Id, "for a test", token.Hash, Now, Now.AddHours(1), None);
        return token;
    }

    private async Task<AgentCredential> GivenEnrolled(string name)
    {
        var id = Guid.NewGuid();
        Assert.Equal(EnrolResult.Enrolled, await Enrolments.Enrol(await GivenToken(), name, id, Secret, Now, None));
        return (await Enrolments.FindCredential(id, None))!;
    }
}
