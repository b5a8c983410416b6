using System.Collections.Immutable;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Access;

/// <summary>Projects: who shares the server, and how much of it each may have.</summary>
public sealed class ProjectStore
{
    private const double SecondsPerMinute = 60;

    private readonly Writer _writer;
    private readonly Reader _reader;

    internal ProjectStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    /// <summary>False when there is one of this name.</summary>
    public Task<bool> Create(StoredProject project, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            if (await context.Projects.AnyAsync(row => row.Name == project.Name, cancel)) return false;
            context.Add(new ProjectRow
            {
                Name = project.Name,
                CreatedAt = project.CreatedAt,
            });
            context.Add(new ProjectQuotaRow
            {
                Project = project.Name,
                Weight = project.Weight,
                DeviceSeconds = project.QuotaDeviceMinutes * SecondsPerMinute,
            });
            await context.SaveChangesAsync(cancel);
            return true;
        },
        cancel);

    public Task<bool> Exists(string name, CancellationToken cancel) =>
        _reader.Query(context => context.Projects.AnyAsync(row => row.Name == name, cancel), cancel);

    public Task<ImmutableArray<StoredProject>> List(CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var used = (await context.ProjectUsage.ToListAsync(cancel)).ToLookup(row => row.Project, row => row.UsedSeconds);
            var rows = await (
                from project in context.Projects
                join quota in context.ProjectQuotas on project.Name equals quota.Project into quotas
                from quota in quotas.DefaultIfEmpty()
                orderby project.Name
                select new { project.Name, project.CreatedAt, Weight = (double?)quota.Weight, quota.DeviceSeconds }).ToListAsync(cancel);
            return rows.Select(row => new StoredProject(
                row.Name, row.Weight ?? 1, row.DeviceSeconds / SecondsPerMinute, row.CreatedAt, used[row.Name].Sum() / SecondsPerMinute)).ToImmutableArray();
        },
        cancel);
}
