using System.Collections.Immutable;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Models;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Library;
using BenchFleet.Storage.Tests.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage.Tests;

public sealed class LibraryOnSqlite() : LibrarySuite(TestDatabase.Sqlite);

public sealed class LibraryOnPostgres() : LibrarySuite(TestDatabase.Postgres);

public abstract class LibrarySuite(TestDatabase database) : StorageTest(database)
{
    private static readonly ModelSummary Summary = new(
        10, ImmutableSortedDictionary<string, long>.Empty.Add("ai.onnx", 21), "test", [new TensorSummary("x", "float32", ["N", "3"])], [],
        ImmutableSortedDictionary<string, int>.Empty.Add("Conv", 2), 100, 400, null, false);

    [StorageFact]
    public async Task A_model_is_found_by_name_and_by_hash()
    {
        var bundle = Given.Bundle("a");

        var added = await Library.AddModel(Project.Default, "resnet", bundle, Summary, Now, None);

        Assert.IsType<AddResult.Added>(added);
        var found = await Library.FindModel(Project.Default, "resnet", None);
        Assert.Equal((bundle.Hash, Now), (found!.Hash, found.AddedAt));
        Assert.Equal(CanonicalJson.Write(Summary), CanonicalJson.Write(found.Summary));
        Assert.Equal("resnet", (await Library.FindModel(Project.Default, bundle.Hash.Hex, None))!.Name);
        Assert.Null(await Library.FindModel(Project.Default, "vgg", None));
    }

    [StorageFact]
    public async Task The_same_content_again_is_already_there_and_other_content_is_refused()
    {
        await Library.AddModel(Project.Default, "resnet", Given.Bundle("a"), Summary, Now, None);

        var again = await Library.AddModel(Project.Default, "resnet", Given.Bundle("a"), Summary, Now, None);
        var other = await Library.AddModel(Project.Default, "resnet", Given.Bundle("b"), Summary, Now, None);

        Assert.IsType<AddResult.Already>(again);
        Assert.Equal(Given.Bundle("a").Hash, Assert.IsType<AddResult.NameTaken>(other).Existing);
    }

    [StorageFact]
    public async Task Models_and_datasets_have_names_of_their_own()
    {
        await Library.AddModel(Project.Default, "digits", Given.Bundle("a"), Summary, Now, None);

        var added = await Library.AddDataset(Project.Default, "digits", Given.Bundle("b"), """{"task":"classification"}""", Now, None);

        Assert.IsType<AddResult.Added>(added);
        Assert.Equal("""{"task":"classification"}""", (await Library.FindDataset(Project.Default, "digits", None))!.SummaryJson);
        Assert.Single(await Library.ListModels(Project.Default, None));
        Assert.Single(await Library.ListDatasets(Project.Default, None));
    }

    [StorageFact]
    public async Task Projects_have_libraries_of_their_own()
    {
        await Services.GetRequiredService<ProjectStore>().Create(new StoredProject("vision", 3, 60, Now), None);
        await Library.AddModel(Project.Default, "resnet", Given.Bundle("a"), Summary, Now, None);

        var added = await Library.AddModel("vision", "resnet", Given.Bundle("b"), Summary, Now, None);

        Assert.IsType<AddResult.Added>(added);
        Assert.Equal(Given.Bundle("b").Hash, (await Library.FindModel("vision", "resnet", None))!.Hash);
        Assert.Null(await Library.FindModel("vision", Given.Bundle("a").Hash.Hex, None));
        Assert.Single(await Library.ListModels("vision", None));
    }

    [StorageFact]
    public async Task When_two_add_one_name_at_once_one_of_them_wins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Library.AddModel(Project.Default, "resnet", Given.Bundle($"{i % 2}"), Summary, Now, None)));

        Assert.Single(results.OfType<AddResult.Added>());
        Assert.Equal(2, results.OfType<AddResult.Already>().Count());
        Assert.Equal(3, results.OfType<AddResult.NameTaken>().Count());
    }
}
